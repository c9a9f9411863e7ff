-- Renews the claim of a user who is in, silently. Creates nothing.
-- One whom another backend let in without a word is announced: what leaves with a word has come with one.
--
-- Returns {user JSON, for how long the user stays in milliseconds}, or {} for one who is not in.
local user_key = KEYS[1]
local members = KEYS[2]
local deadlines = KEYS[3]
local version_key = KEYS[4]
local feed = KEYS[5]
local due_index = KEYS[6] -- not on Cluster, where it is in another slot: see DueIndex
local not_after = tonumber(ARGV[1])
local user = ARGV[2]
local claim = ARGV[3] -- 'request' | 'socket'
local channel = ARGV[4]

--#include clock
--#include fence
--#include deadline

local json = redis.call('MGET', user_key)[1]
if not json or redis.call('SISMEMBER', members, user) == 0 then
  return {}
end
if due_index then
  -- Nobody prolongs for who is in by requests alone: should the index have lost the channel, it stands there again.
  redis.call('ZADD', due_index, 'NX', string.format('%d', now + LOOK_INTERVAL), channel)
end
local stays_for, key_ttl, is_new = renew(user, claim)
redis.call('PEXPIRE', user_key, key_ttl)
if is_new then
  local stored_version = redis.call('MGET', version_key)[1]
  --#include version
  raise()
  publish('joined', '-', json)
end
return { json, stays_for }
