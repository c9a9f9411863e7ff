-- Makes a user present again whom the store lost while a socket of a node lives, as it was. Does nothing where the stay
-- was ended by somebody's word.
--
-- Returns {1} where the stay goes on, else {0}.
local user_key = KEYS[1]
local members = KEYS[2]
local deadlines = KEYS[3]
local version_key = KEYS[4]
local feed = KEYS[5]
local left_key = KEYS[6]
local user_channels = KEYS[7] -- not on Cluster
local due_index = KEYS[8] -- not on Cluster
local not_after = tonumber(ARGV[1])
local channel = ARGV[2]
local user = ARGV[3]
local joined_at = ARGV[4]
local json = ARGV[5]

--#include clock
--#include fence

local stored, left, stored_version = unpack(redis.call('MGET', user_key, left_key, version_key))

--#include version
--#include deadline
--#include stay

local deadline = math.floor(tonumber(redis.call('ZSCORE', deadlines, user) or 0))
local is_member = redis.call('SISMEMBER', members, user) == 1
-- Read before anything is written: a value of a wrong type ends the script here, or not at all.
local is_indexed = user_channels and redis.call('SISMEMBER', user_channels, channel) == 1
if has_left(left, joined_at) and not (stored and joined_at_of(stored) == joined_at) then
  return { 0 }
end
if not stored and deadline > now then
  -- With its deadline still ahead a key does not end by itself: another backend took the user out.
  return { 0 }
end
if due_index then
  redis.call('ZADD', due_index, 'NX', string.format('%d', now + LOOK_INTERVAL), channel)
end
local _, key_ttl = renew(user, 'socket')
if stored and is_member then
  redis.call('PEXPIRE', user_key, key_ttl)
  return { 1 }
end
json = stored or json
redis.call('SET', user_key, json, 'PX', key_ttl)
redis.call('SADD', members, user)
if user_channels and not is_indexed then
  redis.call('SADD', user_channels, channel)
end
raise()
publish('joined', '-', json)
return { 1 }
