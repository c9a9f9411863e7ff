-- Sets the deadline of many users of a channel ahead, for whom sockets of one node vouch, and keeps their keys alive.
--
-- Returns for each of them 'kept', 'over' where the stay was ended by somebody's word, or 'lost' where it was ended by
-- nobody's: the store lost its data (if only the membership), or the deadline passed.
local members = KEYS[1]
local deadlines = KEYS[2]
local not_after = tonumber(ARGV[1])
local user_prefix = ARGV[2] -- of the user keys of this channel
local left_prefix = ARGV[3] -- of the keys that remember who left
local FIRST = 4 -- from here on pairs: user, joined at

--#include clock
--#include fence
--#include stay

-- With its full time to live a key is to outlive every deadline that is set here.
local RENEW_BELOW = math.max(SOCKET_KEY_TTL * 0.8, SOCKET_DEADLINE + KEY_MARGIN)

local ids = {}
local user_keys = {}
for i = FIRST, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
  user_keys[#user_keys + 1] = user_prefix .. ARGV[i]
end
local users = redis.call('MGET', unpack(user_keys))
local is_member = redis.call('SMISMEMBER', members, unpack(ids))

local function outcome(n, user, joined_at)
  local json = users[n]
  if json and is_member[n] == 1 and joined_at_of(json) == joined_at then
    return 'kept'
  end
  if has_left(redis.call('MGET', left_prefix .. user)[1], joined_at) then
    return 'over'
  end
  if json then
    -- Another backend wrote over it, or the user came back from elsewhere after an expiry: the socket lives, and its
    -- user is in.
    return is_member[n] == 1 and 'kept' or 'lost'
  end
  -- With its deadline still ahead a key does not end by itself: another backend took the user out.
  local score = redis.call('ZSCORE', deadlines, user)
  return score and math.floor(tonumber(score)) > now and 'over' or 'lost'
end

local outcomes = {}
local kept = {}
for i = FIRST, #ARGV, 2 do
  local n = #outcomes + 1
  outcomes[n] = outcome(n, ARGV[i], ARGV[i + 1])
  if outcomes[n] == 'kept' then
    -- It lives long as a rule, and need not be renewed each second.
    if redis.call('PTTL', user_keys[n]) < RENEW_BELOW then
      redis.call('PEXPIRE', user_keys[n], SOCKET_KEY_TTL)
    end
    kept[#kept + 1] = string.format('%d.5', now + SOCKET_DEADLINE)
    kept[#kept + 1] = ARGV[i]
  end
end
if #kept > 0 then
  redis.call('ZADD', deadlines, unpack(kept))
end
return outcomes
