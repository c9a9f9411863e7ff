-- Reads who is in a channel. A member whose key has ended leaves the set on the way: within the script nobody can come
-- back in between.
--
-- Returns {version, unbroken since, {user ids}, {user JSON}}.
local members = KEYS[1]
local version_key = KEYS[2]
local feed = KEYS[3]
local user_prefix = ARGV[1] -- of the user keys of this channel

local stored_version = redis.call('MGET', version_key)[1]

--#include clock
--#include version

local MGET_KEYS = 1000 -- what Lua can unpack has an end

local ids = redis.call('SMEMBERS', members)
local users = {}
local gone = {}
for first = 1, #ids, MGET_KEYS do
  local keys = {}
  for i = first, math.min(first + MGET_KEYS - 1, #ids) do
    keys[#keys + 1] = user_prefix .. ids[i]
  end
  for i, json in ipairs(redis.call('MGET', unpack(keys))) do
    users[first + i - 1] = json
    if not json then
      gone[#gone + 1] = ids[first + i - 1]
    end
  end
end
for _, id in ipairs(gone) do
  redis.call('SREM', members, id)
end
show()
return { version, since, ids, users }
