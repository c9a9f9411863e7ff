-- Takes out those of a channel whose deadline has passed, each with an event of its own: of any number of nodes that
-- look, one finds them.
--
-- Returns {now, when to look again or -1 where nobody is left, user JSON, version, user JSON, version, ...}.
local members = KEYS[1]
local deadlines = KEYS[2]
local version_key = KEYS[3]
local feed = KEYS[4]
local not_after = tonumber(ARGV[1])
local channel = ARGV[2]
local user_prefix = ARGV[3] -- of the user keys of this channel
local user_channels_prefix = ARGV[4] -- of the indexes of users; empty on Cluster
local AT_ONCE = 100 -- a script holds everybody else up

--#include clock
--#include fence
local stored_version = redis.call('MGET', version_key)[1]
--#include version

local due = redis.call('ZRANGEBYSCORE', deadlines, '-inf', string.format('%d.5', now), 'WITHSCORES', 'LIMIT', 0,
  AT_ONCE)
-- All keys are read before the first is written: while a slot moves, a key that is elsewhere already ends the script.
local users = {}
local alive = {}
for i = 1, #due, 2 do
  local key = user_prefix .. due[i]
  users[i] = redis.call('MGET', key)[1]
  local is_request = tonumber(due[i + 1]) % 1 == 0
  alive[i] = is_request and users[i] and redis.call('PTTL', key) or 0
end

local reply = { now, -1 }
for i = 1, #due, 2 do
  local user, json = due[i], users[i]
  if alive[i] > KEY_MARGIN then
    -- Another backend has refreshed the key.
    redis.call('ZADD', deadlines, string.format('%d', now + alive[i] - KEY_MARGIN), user)
  else
    -- The set first: where it is of a wrong type, nobody is half gone.
    redis.call('SREM', members, user)
    redis.call('DEL', user_prefix .. user)
    redis.call('ZREM', deadlines, user)
    if user_channels_prefix ~= '' then
      redis.pcall('SREM', user_channels_prefix .. user, channel) -- As in a departure by a word.
    end
    raise()
    if json then
      publish('left', 'expired', json)
      reply[#reply + 1] = json
      reply[#reply + 1] = version
    else
      -- Gone without our doing, and nobody knows the last state here: those who watch find out whom they miss.
      publish('changed', '-', '')
    end
  end
end

local first = redis.call('ZRANGE', deadlines, 0, 0, 'WITHSCORES')
if first[2] then
  reply[2] = math.min(math.floor(tonumber(first[2])), now + LOOK_INTERVAL)
  redis.call('PEXPIRE', version_key, VERSION_TTL)
end
return reply
