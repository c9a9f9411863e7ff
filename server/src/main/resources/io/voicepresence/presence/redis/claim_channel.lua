-- Enters a channel in a user's index before the user joins it, where the two are in different slots.
--
-- Returns {1}, or {0} where the user is in too many channels.
local user_channels = KEYS[1]
local channel = ARGV[1]

if redis.call('SCARD', user_channels) >= MAX_CHANNELS and redis.call('SISMEMBER', user_channels, channel) == 0 then
  return { 0 }
end
redis.call('SADD', user_channels, channel)
return { 1 }
