-- Removes what some other program put under a channel's keys and no script can work with. Nobody's users are in there.
--
-- Returns the types that were dropped.
local EXPECTED = { 'set', 'zset', 'hash' } -- members, deadlines, version
local dropped = {}
for i, key in ipairs(KEYS) do
  local type = redis.call('TYPE', key).ok
  if type ~= 'none' and type ~= EXPECTED[i] then
    redis.call('DEL', key)
    dropped[#dropped + 1] = type
  end
end
return dropped
