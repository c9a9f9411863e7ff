-- Lets a user in with all flags off, or renews the claim of one who is in.
-- One whom another backend let in without a word is announced now, with the flags and the time it has.
--
-- Returns {'joined' | 'present', user JSON, version}, {'full'} where the channel takes no more users, {'crowded'} where
-- the user is in too many channels.
local user_key = KEYS[1]
local members = KEYS[2]
local deadlines = KEYS[3]
local version_key = KEYS[4]
local feed = KEYS[5]
local user_channels = KEYS[6] -- not on Cluster, where it is in another slot: see UserIndex
local due_index = KEYS[7] -- nor this: see DueIndex
local not_after = tonumber(ARGV[1])
local channel = ARGV[2]
local user = ARGV[3]
local claim = ARGV[4] -- 'request' | 'socket'
local user_limit = tonumber(ARGV[5]) -- 0 for none
local json_head = ARGV[6] -- up to the value of joinedAt
local json_tail = ARGV[7] -- and after it

--#include clock
--#include fence

-- MGET, since GET would break on a value of a wrong type, which is nobody's user.
local json, stored_version = unpack(redis.call('MGET', user_key, version_key))

--#include version
--#include deadline
--#include iso

-- Members whose key has ended in silence (another backend's) do not count; they are cleaned away when they matter.
local function is_full()
  if redis.call('SCARD', members) < user_limit then
    return false
  end
  local user_prefix = string.sub(user_key, 1, -1 - #user)
  for _, member in ipairs(redis.call('SMEMBERS', members)) do
    if redis.call('EXISTS', user_prefix .. member) == 0 then
      redis.call('SREM', members, member)
    end
  end
  return redis.call('SCARD', members) >= user_limit
end

-- All that a value of a wrong type can end the script at is read before anything is written, or is the first to be.
local score = redis.call('ZSCORE', deadlines, user)
local is_member = json and redis.call('SISMEMBER', members, user) == 1
if not json then
  if user_limit > 0 and is_full() then
    return { 'full' }
  end
  if user_channels and redis.call('SCARD', user_channels) >= MAX_CHANNELS
    and redis.call('SISMEMBER', user_channels, channel) == 0 then
    return { 'crowded' }
  end
end
if user_channels then
  redis.call('SADD', user_channels, channel)
end
if due_index then
  redis.call('ZADD', due_index, 'NX', string.format('%d', now + LOOK_INTERVAL), channel)
end
if is_member and score then
  local _, key_ttl = renew(user, claim, score)
  redis.call('PEXPIRE', user_key, key_ttl)
  show()
  return { 'present', json, version }
end
redis.call('SADD', members, user)
if not json then
  if score then
    -- The stay before this one ended without a word, and its deadline is not this one's: those who watch find out that
    -- there are two.
    redis.call('ZREM', deadlines, user)
    score = false
    raise()
    publish('changed', '-', '')
  end
  json = json_head .. iso(now) .. json_tail
end
local _, key_ttl = renew(user, claim, score)
redis.call('SET', user_key, json, 'PX', key_ttl)
raise()
publish('joined', '-', json)
return { 'joined', json, version }
