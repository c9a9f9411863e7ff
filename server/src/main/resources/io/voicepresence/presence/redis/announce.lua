-- Tells of changes that another program made without a word, unless the channel has gone on meanwhile.
--
-- Returns {1} where they were told, else {0}.
local deadlines = KEYS[1]
local version_key = KEYS[2]
local feed = KEYS[3]
local not_after = tonumber(ARGV[1])
local expected = tonumber(ARGV[2]) -- the version at which the changes were seen
local floor = tonumber(ARGV[3]) -- which the first of the changes must not fall below
local FIRST = 4 -- from here on: kind, detail, user, user JSON

--#include clock
--#include fence
local stored_version = redis.call('MGET', version_key)[1]
--#include version

if version ~= expected then
  return { 0 }
end
-- Above what watchers were shown before the store fell back.
version = math.max(version, floor - 1)
local joins_at = {}
for i = FIRST, #ARGV, 4 do
  if ARGV[i] == 'joined' then
    joins_at[ARGV[i + 2]] = i
  end
end
for i = FIRST, #ARGV, 4 do
  local kind, detail, user, json = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if kind == 'left' and (joins_at[user] or 0) < i then
    -- Of one who is in again the deadline is that of now, and says who vouches.
    redis.call('ZREM', deadlines, user)
  elseif kind == 'joined' then
    -- Its deadline is its key's end, which the sweeper looks at when this one has come.
    redis.call('ZADD', deadlines, 'NX', string.format('%d', now + LOOK_INTERVAL), user)
  end
  raise()
  publish(kind, detail, json)
end
return { 1 }
