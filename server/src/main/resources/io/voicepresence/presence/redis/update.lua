-- Sets flags of a user who is in, and renews the claim. Creates nothing.
--
-- One whom another backend let in without a word is announced first: what leaves with a word has come with one.
--
-- Returns {user JSON, version, 1 where the user was announced, else 0}, or {} for one who is not in, or whose value is
-- no JSON object.
local user_key = KEYS[1]
local members = KEYS[2]
local deadlines = KEYS[3]
local version_key = KEYS[4]
local feed = KEYS[5]
local not_after = tonumber(ARGV[1])
local user = ARGV[2]
local claim = ARGV[3] -- 'request' | 'socket'
local updates = ARGV[4] -- JSON, such as {"isMuted":true}

--#include clock
--#include fence
--#include user_json

local old, stored_version = unpack(redis.call('MGET', user_key, version_key))
local is_member = old and redis.call('SISMEMBER', members, user) == 1
local json = is_member and with_flags(old, updates)
if not json then
  return {}
end

--#include version
--#include deadline

local _, key_ttl, is_new = renew(user, claim)
redis.call('SET', user_key, json, 'PX', key_ttl)
if is_new then
  raise()
  publish('joined', '-', old)
end
raise()
publish('updated', updates, json)
return { json, version, is_new and 1 or 0 }
