-- The channel's version, which grows by one with each change.
-- Needs: version_key, stored_version (what MGET finds there), feed, clock. Gives: version, since, raise(), show(),
-- publish(kind, detail, json).
--
-- It jumps to the clock where it may have lost changes: when nothing is stored, and when this server was promoted or
-- restarted since the last change (each gives a new replication id). A replica that lagged would otherwise give out
-- again what its dead master had given out already.
local version, since, lineage_then = string.match(stored_version or '', '^(%d+) (%d+) (%x*)$')
version, since = tonumber(version or 0), tonumber(since or 0)
local info = redis.call('INFO', 'replication')
local _, before_lineage = string.find(info, 'master_replid:', 1, true)
local lineage = before_lineage and string.sub(info, before_lineage + 1, before_lineage + 40) or ''
local intact = version > 0 and lineage_then == lineage
local previous = version

local function raise()
  previous = version
  if intact then
    version = version + 1
  else
    version = math.max(clock(), version + 1)
    since = version
    intact = true
  end
  redis.call('SET', version_key, string.format('%d %d %s', version, since, lineage), 'PX', VERSION_TTL)
  return version
end

-- Before a version is told without a change: a number that a dead master gave out must not be told again for another
-- state.
local function show()
  if version > 0 and not intact then
    raise()
  end
end

local function publish(kind, detail, json)
  redis.call('SPUBLISH', feed, string.format('1 %d %d %s %s %s', previous, version, kind, detail, json))
end
