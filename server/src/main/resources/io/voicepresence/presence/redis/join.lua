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
local user_prefix = ARGV[5] -- of the user keys of this channel
local user_limit = tonumber(ARGV[6]) -- 0 for none
local json_head = ARGV[7] -- up to the value of joinedAt
local json_tail = ARGV[8] -- and after it

--#include clock
--#include version
--#include deadline
--#include iso

-- Members whose key has ended in silence (another backend's) do not count; they are cleaned away when they matter.
local function is_full()
  if user_limit == 0 or redis.call('SCARD', members) < user_limit then
    return false
  end
  for _, member in ipairs(redis.call('SMEMBERS', members)) do
    if redis.call('EXISTS', user_prefix .. member) == 0 then
      redis.call('SREM', members, member)
    end
  end
  return redis.call('SCARD', members) >= user_limit
end

-- MGET, since GET would break on a value of a wrong type, which is nobody's user.
local json = redis.call('MGET', user_key)[1]
local is_member = redis.call('SISMEMBER', members, user) == 1
local is_announced = redis.call('ZSCORE', deadlines, user)
-- Read before anything is written: a value of a wrong type ends the script here, or not at all.
local is_indexed = user_channels and redis.call('SISMEMBER', user_channels, channel) == 1
-- Before anything else is written, for the same reason.
local function enter_due()
  if due_index then
    redis.call('ZADD', due_index, 'NX', string.format('%.0f', now + LOOK_INTERVAL), channel)
  end
end
if json and is_member and is_announced then
  enter_due()
  local _, key_ttl = renew(user, claim)
  redis.call('PEXPIRE', user_key, key_ttl)
  if user_channels and not is_indexed then
    redis.call('SADD', user_channels, channel) -- The index had lost it.
  end
  return { 'present', json, version }
end
if not json then
  if is_full() then
    return { 'full' }
  end
  if user_channels and not is_indexed and redis.call('SCARD', user_channels) >= MAX_CHANNELS then
    return { 'crowded' }
  end
  enter_due()
  if is_announced then
    -- The stay before this one ended without a word, and its deadline is not this one's: those who watch find out that
    -- there are two.
    redis.call('ZREM', deadlines, user)
    raise()
    publish('changed', '-', '')
  end
  json = json_head .. iso(now) .. json_tail
else
  enter_due()
end
local _, key_ttl = renew(user, claim)
redis.call('SET', user_key, json, 'PX', key_ttl)
redis.call('SADD', members, user)
if user_channels and not is_indexed then
  redis.call('SADD', user_channels, channel)
end
raise()
publish('joined', '-', json)
return { 'joined', json, version }
