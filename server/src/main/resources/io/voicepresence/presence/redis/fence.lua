-- The fence: a command that comes too late is not carried out. Redis reads what waited in its socket buffers while it
-- (or the node) stood still, long after the caller was told `unavailable`.
-- Needs: not_after, clock. Gives: now, in milliseconds.
local now = clock()
if now > not_after then
  return redis.error_reply(string.format('LATE %d', now))
end
