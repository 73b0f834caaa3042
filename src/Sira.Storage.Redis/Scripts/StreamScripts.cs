using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Scripts;

/// <summary>Reads and clears streams.</summary>
internal static class StreamScripts
{
    // Streams are walked in pieces of about a mebibyte, so that large events are not all held at once.
    private const string Walk = """
        local function id(number)
          return string.format('%.0f-0', number)
        end

        local function each(key, from, to, visit)
          local size = 1
          while true do
            local entries, bytes = redis.call('XRANGE', key, from, to, 'COUNT', size), 0
            for _, entry in ipairs(entries) do
              bytes = bytes + 64 + #entry[2][4]
              if visit(entry) then
                return
              end
            end
            if #entries < size then
              return
            end
            from = id(tonumber(string.match(entries[#entries][1], '^%d+')) + 1)
            size = math.max(1, math.min(512, math.floor(1048576 * #entries / bytes)))
          end
        end


        """;

    /// <summary>Reads a stream. The answer is its version, and the entries.</summary>
    public static RedisScript Read { get; } = new(Walk + """
        local prefix, partition, name, after, maximum, budget = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        local found, bytes = {}, 0
        each(prefix .. 's:' .. partition .. ':' .. name, id(after + 1), '+', function(entry)
          found[#found + 1] = entry
          bytes = bytes + #entry[2][4]
          return #found == maximum or bytes >= budget
        end)
        return {tonumber(redis.call('HGET', prefix .. 'w:' .. partition, name) or 0), found}
        """, isIdempotent: true);

    /// <summary>Reads the events of all streams. The answer is whether there are more, and partition, name and entry of each.</summary>
    public static RedisScript ReadAll { get; } = new(Walk + """
        local prefix, all, after, maximum, budget = ARGV[1], ARGV[1] .. 'g:' .. ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        local found, bytes, last = {}, 0, nil
        each(all, id(after + 1), '+', function(reference)
          local partition, name, version = reference[2][2], reference[2][4], reference[2][6]
          local entry = redis.call('XRANGE', prefix .. 's:' .. partition .. ':' .. name, version .. '-0', version .. '-0')[1]
          last = tonumber(string.match(reference[1], '^%d+'))
          if entry then
            found[#found + 1] = partition
            found[#found + 1] = name
            found[#found + 1] = entry
            bytes = bytes + #entry[2][4]
          end
          return #found == 3 * maximum or bytes >= budget
        end)
        local more = last and #redis.call('XRANGE', all, id(last + 1), '+', 'COUNT', 1) or 0
        return {more, found}
        """, isIdempotent: true);

    /// <summary>Forgets the beginning of a stream. The answer is how many events.</summary>
    public static RedisScript Trim { get; } = new(Walk + """
        local prefix, partition, name, upTo = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
        local key, all, count = prefix .. 's:' .. partition .. ':' .. name, prefix .. 'g:' .. string.match(partition, '^[^:]+'), 0
        each(key, '-', id(upTo), function(entry)
          redis.call('XDEL', all, entry[2][8] .. '-0')
          redis.call('XDEL', key, entry[1])
          count = count + 1
        end)
        return count
        """);

    /// <summary>Deletes a stream. The answer is whether there was one.</summary>
    public static RedisScript Delete { get; } = new(Walk + """
        local prefix, partition, name = ARGV[1], ARGV[2], ARGV[3]
        local key, all = prefix .. 's:' .. partition .. ':' .. name, prefix .. 'g:' .. string.match(partition, '^[^:]+')
        if not redis.call('HGET', prefix .. 'w:' .. partition, name) then
          return 0
        end
        each(key, '-', '+', function(entry)
          redis.call('XDEL', all, entry[2][8] .. '-0')
        end)
        redis.call('DEL', key)
        redis.call('HDEL', prefix .. 'w:' .. partition, name)
        redis.call('ZREM', prefix .. 'l:' .. partition, name)
        return 1
        """);

    /// <summary>Lists streams. The answer is names and versions in turn.</summary>
    public static RedisScript List { get; } = new("""
        local prefix, partition = ARGV[1], ARGV[2]
        local answer = {}
        for _, name in ipairs(redis.call('ZRANGEBYLEX', prefix .. 'l:' .. partition, ARGV[3], ARGV[4], 'LIMIT', 0, ARGV[5])) do
          answer[#answer + 1] = name
          answer[#answer + 1] = redis.call('HGET', prefix .. 'w:' .. partition, name)
        end
        return answer
        """, isIdempotent: true);
}
