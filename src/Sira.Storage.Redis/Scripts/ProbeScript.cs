using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Scripts;

/// <summary>Does once, with a key that is gone afterwards, everything that the other scripts do.</summary>
internal static class ProbeScript
{
    public static RedisScript Instance { get; } = new("""
        local key = ARGV[1] .. 'probe'
        redis.call('TIME')
        redis.call('SET', key, '1', 'PX', 60000)
        redis.call('GET', key)
        redis.call('GETRANGE', key, 0, 0)
        redis.call('EXISTS', key)
        redis.call('DEL', key)
        redis.call('ZADD', key, 0, 'a')
        redis.call('ZCARD', key)
        redis.call('ZRANGEBYLEX', key, '-', '+', 'LIMIT', 0, 1)
        redis.call('ZRANGEBYSCORE', key, '-inf', '+inf', 'LIMIT', 0, 1)
        redis.call('ZREM', key, 'a')
        redis.call('HSET', key, 'a', '1')
        redis.call('HGET', key, 'a')
        redis.call('HDEL', key, 'a')
        redis.call('XADD', key, '1-0', 'a', '1')
        redis.call('XRANGE', key, '-', '+', 'COUNT', 1)
        redis.call('XDEL', key, '1-0')
        redis.call('DEL', key)
        redis.call('PUBLISH', ARGV[2] .. 'probe', '')
        return 1
        """, isIdempotent: true);
}
