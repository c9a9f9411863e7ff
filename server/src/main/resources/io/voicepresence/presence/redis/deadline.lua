-- When a user's presence ends: a score in the channel's sorted set, in milliseconds of the store's clock. Half a
-- millisecond on top says that a socket set it: the rules are those of presence.Claim.
-- Needs: deadlines, now. Gives: renew(user, claim, score) -> stays for, time to live of the user's key, both in
-- milliseconds; whether the user had no deadline, as one has whom another backend let in without a word. `score` is
-- that deadline where it was read already, false for none.
local function renew(user, claim, score)
  if claim == 'socket' then
    local added = redis.call('ZADD', deadlines, string.format('%d.5', now + SOCKET_DEADLINE), user)
    return TTL, SOCKET_KEY_TTL, added == 1
  end
  if score == nil then
    score = redis.call('ZSCORE', deadlines, user)
  end
  score = tonumber(score or 0)
  local deadline = score - score % 1
  if score > deadline and deadline > now + GRACE then
    return GRACE, SOCKET_KEY_TTL, false
  end
  deadline = math.max(deadline, now + TTL)
  local added = redis.call('ZADD', deadlines, string.format('%d', deadline), user)
  return deadline - now, deadline - now + KEY_MARGIN, added == 1
end
