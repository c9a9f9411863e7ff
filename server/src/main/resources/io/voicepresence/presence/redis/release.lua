-- A user's last socket on a node dropped: the presence ends when the grace is over. Does nothing for a stay that is over
-- or that no socket vouches for.
--
-- Returns {}.
local user_key = KEYS[1]
local deadlines = KEYS[2]
local left_key = KEYS[3]
local not_after = tonumber(ARGV[1])
local user = ARGV[2]
local joined_at = ARGV[3]

--#include clock
--#include fence
--#include stay

local json = redis.call('MGET', user_key)[1]
if not json or (joined_at_of(json) ~= joined_at and has_left(redis.call('MGET', left_key)[1], joined_at)) then
  return {}
end
local score = tonumber(redis.call('ZSCORE', deadlines, user) or 0)
if score > math.floor(score) then
  redis.call('ZADD', deadlines, string.format('%d.5', now + GRACE), user)
end
return {}
