-- Takes channels that are to be looked at, and puts them off for as long as the looking may last: if this node dies over
-- it, another one takes them then.
--
-- Returns {now, channel, channel, ...}.
local due = KEYS[1]
local not_after = tonumber(ARGV[1])
local limit = ARGV[2]
local lease = tonumber(ARGV[3]) -- milliseconds

--#include clock
--#include fence

local channels = redis.call('ZRANGEBYSCORE', due, '-inf', string.format('%d', now), 'LIMIT', 0, limit)
local reply = { now }
for _, channel in ipairs(channels) do
  redis.call('ZADD', due, string.format('%d', now + lease), channel)
  reply[#reply + 1] = channel
end
return reply
