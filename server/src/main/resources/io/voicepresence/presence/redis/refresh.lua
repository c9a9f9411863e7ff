-- Renews the claim of a user who is in, silently. Creates nothing.
--
-- Returns {user JSON, for how long the user stays in milliseconds}, or {} for one who is not in.
local user_key = KEYS[1]
local members = KEYS[2]
local deadlines = KEYS[3]
local not_after = tonumber(ARGV[1])
local user = ARGV[2]
local claim = ARGV[3] -- 'request' | 'socket'

--#include clock
--#include deadline

local json = redis.call('MGET', user_key)[1]
if not json or redis.call('SISMEMBER', members, user) == 0 then
  return {}
end
local stays_for, key_ttl = renew(user, claim)
redis.call('PEXPIRE', user_key, key_ttl)
return { json, stays_for }
