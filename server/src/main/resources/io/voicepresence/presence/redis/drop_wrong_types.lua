-- Removes what some other program put under keys of ours and no script can work with. Nobody's users are in there.
--
-- Returns the types that were dropped.
-- ARGV: for each key, the type that it should have.
local dropped = {}
for i, key in ipairs(KEYS) do
  local type = redis.call('TYPE', key).ok
  if type ~= 'none' and type ~= ARGV[i] then
    redis.call('DEL', key)
    dropped[#dropped + 1] = type
  end
end
return dropped
