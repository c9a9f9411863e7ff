-- Takes a user out by somebody's word, and remembers for a while that this stay ended so: a node that still vouches for
-- it must not take it for lost, nor bring it back after the store lost it.
--
-- Returns {user JSON, version}, or {} for one who is not in.
local user_key = KEYS[1]
local members = KEYS[2]
local deadlines = KEYS[3]
local version_key = KEYS[4]
local feed = KEYS[5]
local left_key = KEYS[6]
local user_channels = KEYS[7] -- not on Cluster
local not_after = tonumber(ARGV[1])
local channel = ARGV[2]
local user = ARGV[3]
local reason = ARGV[4]

--#include clock
--#include fence

local json, left, stored_version = unpack(redis.call('MGET', user_key, left_key, version_key))

--#include version
--#include stay
--#include iso

local is_announced = redis.call('ZSCORE', deadlines, user)
-- The set first: where it is of a wrong type, nothing is written.
redis.call('SREM', members, user)
redis.call('DEL', user_key)
redis.call('ZREM', deadlines, user)
if user_channels then
  -- A value of a wrong type must not end a departure half way; the index is a superset that reads verify.
  redis.pcall('SREM', user_channels, channel)
end
-- Also where nobody was found: the store may have lost one whom a socket's node is about to bring back.
-- Clocks differ: a word that was said of a later stay still holds.
local ended = json and joined_at_of(json) or iso(now)
redis.call('SET', left_key, has_left(left, ended) and left or ended, 'PX', LEFT_TTL)
if json then
  raise()
  publish('left', reason, json)
  return { json, version }
end
if is_announced then
  -- The key is gone without our doing, so nobody knows the last state here: those who watch find out whom they miss.
  raise()
  publish('changed', '-', '')
end
return {}
