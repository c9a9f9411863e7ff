-- The store's clock, and the fence: a command that comes too late is not carried out. Redis reads what waited in its
-- socket buffers while it (or the node) stood still, long after the caller was told `unavailable`.
-- Needs: not_after. Gives: now, in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > not_after then
  return redis.error_reply(string.format('LATE %.0f', now))
end
