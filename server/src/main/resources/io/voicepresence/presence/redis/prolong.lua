-- Sets the deadline of many users of a channel ahead, for whom sockets of one node vouch, and keeps their keys alive.
--
-- Returns for each of them 'kept', 'over' where the stay was ended by somebody's word, or 'lost' where it was ended by
-- nobody's: the store lost its data, or the deadline passed.
local deadlines = KEYS[1]
local not_after = tonumber(ARGV[1])
local user_prefix = ARGV[2] -- of the user keys of this channel
local left_prefix = ARGV[3] -- of the keys that remember who left
local FIRST = 4 -- from here on pairs: user, joined at

--#include clock
--#include stay

local user_keys = {}
for i = FIRST, #ARGV, 2 do
  user_keys[#user_keys + 1] = user_prefix .. ARGV[i]
end
local users = redis.call('MGET', unpack(user_keys))

local function outcome(json, user, joined_at)
  if json and joined_at_of(json) == joined_at then
    return 'kept'
  end
  if has_left(redis.call('GET', left_prefix .. user), joined_at) then
    return 'over'
  end
  if json then
    -- Another backend wrote over it, or the user came back from elsewhere after an expiry: the socket lives, and its
    -- user is in.
    return 'kept'
  end
  -- With its deadline still ahead a key does not end by itself: another backend took the user out.
  local score = redis.call('ZSCORE', deadlines, user)
  return score and tonumber(score) > now and 'over' or 'lost'
end

local outcomes = {}
local kept = {}
for i = FIRST, #ARGV, 2 do
  local n = #outcomes + 1
  outcomes[n] = outcome(users[n], ARGV[i], ARGV[i + 1])
  if outcomes[n] == 'kept' then
    -- The key is to outlive the deadline, and lives long: it need not be renewed each second.
    if redis.call('PTTL', user_keys[n]) < SOCKET_KEY_TTL * 0.8 then
      redis.call('PEXPIRE', user_keys[n], SOCKET_KEY_TTL)
    end
    kept[#kept + 1] = string.format('%.1f', now + SOCKET_DEADLINE + 0.5)
    kept[#kept + 1] = ARGV[i]
  end
end
if #kept > 0 then
  redis.call('ZADD', deadlines, unpack(kept))
end
return outcomes
