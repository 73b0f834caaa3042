using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Scripts;

/// <summary>Makes writes, all of them or none: looks at all conditions, and only then changes anything.</summary>
/// <remarks>
/// <para>
/// Each write is a letter, the partition, the name and the condition: nothing, or the tag or version that has to stand there. A put has its time in milliseconds and its value besides, an append the number of events and of each type and data.
/// The answer is 0 and two numbers for each write: the tag or version, or whether something was deleted, and the position; or which write was refused, from 1 on, and what stands there.
/// </para>
/// <para>
/// Tags and positions are one count, which never falls behind the server's clock in microseconds: so none comes again after a server has lost its last writes. They stay below 2^53, which Lua counts exactly, until the year 2255.
/// The first thing that is changed is that count: a server that has no room, or takes no writes, refuses there and nothing is made by half.
/// </para>
/// </remarks>
internal static class WriteScript
{
    public static RedisScript Instance { get; } = new("""
        local prefix, channel = ARGV[1], ARGV[2]
        local count, stamps, at = 0, 0, 3
        local starts, stands, expiries = {}, {}, {}
        while at <= #ARGV do
          local kind, partition, name, condition = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
          local current, expires = 0, 0
          count = count + 1
          starts[count] = at
          if kind == 'A' then
            current = tonumber(redis.call('HGET', prefix .. 'w:' .. partition, name) or 0)
            local events = tonumber(ARGV[at + 4])
            stamps = stamps + events
            at = at + 5 + 2 * events
          else
            local head = redis.call('GETRANGE', prefix .. 'v:' .. partition .. ':' .. name, 0, 16)
            if head ~= '' then
              if #head < 17 or string.byte(head) ~= 1 then
                return redis.error_reply('SIRAFORMAT What stands at a key was written by a newer version, or by something else.')
              end
              current, expires = struct.unpack('>I8I8', head, 2)
            end
            if kind == 'P' then
              stamps = stamps + 1
              at = at + 6
            else
              at = at + 4
            end
          end
          if condition ~= '' and tonumber(condition) ~= current then
            return {count, current}
          end
          stands[count], expiries[count] = current, expires
        end

        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local stamp = 0
        if stamps > 0 then
          stamp = math.max(tonumber(redis.call('GET', prefix .. 'clock') or 0), tonumber(time[1]) * 1000000 + tonumber(time[2]))
          redis.call('SET', prefix .. 'clock', string.format('%.0f', stamp + stamps))
        end

        local function tell(kind, partition, tag, name)
          redis.pcall('PUBLISH', channel .. partition, kind .. struct.pack('>I8', tag) .. name)
        end

        local function index(list, partition, name)
          if redis.call('ZADD', prefix .. list .. partition, 0, name) == 1 and redis.call('ZCARD', prefix .. list .. partition) == 1 then
            redis.call('ZADD', prefix .. 'p', 0, partition)
          end
        end

        -- The names of what has gone by itself: each put with a time clears away two, a second late so that the server's clock has passed it too.
        local function clear(partition)
          local due = redis.call('ZRANGEBYSCORE', prefix .. 'x:' .. partition, '-inf', now - 1000, 'LIMIT', 0, 2)
          for _, name in ipairs(due) do
            if redis.call('EXISTS', prefix .. 'v:' .. partition .. ':' .. name) == 0 then
              redis.call('ZREM', prefix .. 'n:' .. partition, name)
            end
            redis.call('ZREM', prefix .. 'x:' .. partition, name)
          end
        end

        local answer = {0}
        for i = 1, count do
          local at = starts[i]
          local kind, partition, name = ARGV[at], ARGV[at + 1], ARGV[at + 2]
          local first, second = stands[i], 0
          if kind == 'P' then
            local kept, value = tonumber(ARGV[at + 4]), ARGV[at + 5]
            local key = prefix .. 'v:' .. partition .. ':' .. name
            stamp = stamp + 1
            first = stamp
            if kept > 0 then
              redis.call('SET', key, struct.pack('>BI8I8', 1, stamp, now + kept) .. value, 'PX', ARGV[at + 4])
              redis.call('ZADD', prefix .. 'x:' .. partition, now + kept, name)
              clear(partition)
            else
              redis.call('SET', key, struct.pack('>BI8I8', 1, stamp, 0) .. value)
              if expiries[i] > 0 then
                redis.call('ZREM', prefix .. 'x:' .. partition, name)
              end
            end
            if stands[i] == 0 then
              index('n:', partition, name)
            end
            tell('p', partition, stamp, name)
          elseif kind == 'D' then
            first = 0
            if stands[i] > 0 then
              second = 1
              redis.call('DEL', prefix .. 'v:' .. partition .. ':' .. name)
              redis.call('ZREM', prefix .. 'n:' .. partition, name)
              if expiries[i] > 0 then
                redis.call('ZREM', prefix .. 'x:' .. partition, name)
              end
              tell('d', partition, 0, name)
            end
          elseif kind == 'A' then
            local namespace = string.match(partition, '^[^:]+')
            for event = 0, tonumber(ARGV[at + 4]) - 1 do
              stamp = stamp + 1
              first = first + 1
              local version, position = string.format('%.0f', first), string.format('%.0f', stamp)
              redis.call('XADD', prefix .. 's:' .. partition .. ':' .. name, version .. '-0', 't', ARGV[at + 5 + 2 * event], 'd', ARGV[at + 6 + 2 * event], 'a', string.format('%.0f', now), 'p', position)
              redis.call('XADD', prefix .. 'g:' .. namespace, position .. '-0', 'k', partition, 'n', name, 'v', version)
            end
            second = stamp
            redis.call('HSET', prefix .. 'w:' .. partition, name, string.format('%.0f', first))
            if stands[i] == 0 then
              index('l:', partition, name)
            end
            tell('a', partition, 0, name)
          end
          answer[2 * i], answer[2 * i + 1] = first, second
        end
        return answer
        """);

    /// <summary>Which write was refused; -1 for none.</summary>
    public static int RefusedAt(in RespValue answer) => (int)answer.Items[0].ToInteger() - 1;
}
