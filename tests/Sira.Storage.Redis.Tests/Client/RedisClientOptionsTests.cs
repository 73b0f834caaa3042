using Sira.Kernel.Configuration;
using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Tests.Client;

public sealed class RedisClientOptionsTests
{
    [Theory]
    [InlineData("localhost", "localhost", 6379, null, null, 0, false)]
    [InlineData("localhost:7000", "localhost", 7000, null, null, 0, false)]
    [InlineData("[::1]:7000", "[::1]", 7000, null, null, 0, false)]
    [InlineData("redis://cache.example", "cache.example", 6379, null, null, 0, false)]
    [InlineData("redis://:secret@h:1/3", "h", 1, null, "secret", 3, false)]
    [InlineData("rediss://me:a%40b%2Fc%3A@h:1/", "h", 1, "me", "a@b/c:", 0, true)]
    public void TryParse_Address_IsRead(string text, string host, int port, string? user, string? password, int database, bool isEncrypted)
    {
        Assert.True(RedisAddress.TryParse(text, out var address, out _));

        Assert.Equal((host.Trim('[', ']'), port, user, password, database, isEncrypted), (address.Host.Trim('[', ']'), address.Port, address.User, address.Password, address.Database, address.IsEncrypted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://localhost")]
    [InlineData("redis://")]
    [InlineData("redis://localhost/x")]
    [InlineData("redis://localhost/0?ssl=true")]
    [InlineData("redis://user@localhost")]
    [InlineData("a b")]
    public void Validate_NoAddress_IsSaid(string text) => Assert.Contains(Mistakes(new RedisClientOptions { Endpoint = text }), static error => error.Path == "here:Endpoint");

    [Fact]
    public void Validate_ManyMistakes_AreAllNamed_WithoutThePassword()
    {
        var errors = Mistakes(new RedisClientOptions
        {
            Endpoint = "redis://me:hunter2@:x",
            Database = -1,
            ClientName = "a b",
            User = "me",
            ConnectTimeout = TimeSpan.Zero,
            CommandTimeout = TimeSpan.FromDays(1),
            HeartbeatInterval = TimeSpan.Zero,
            HeartbeatTimeout = TimeSpan.Zero,
            ReconnectDelay = TimeSpan.FromSeconds(9),
            MaximumPending = 0,
            MaximumPendingBytes = 0,
            MaximumReplyBytes = 0,
        });

        Assert.Equal(
            ["ClientName", "CommandTimeout", "ConnectTimeout", "Database", "Endpoint", "HeartbeatInterval", "HeartbeatTimeout", "MaximumPending", "MaximumPendingBytes", "MaximumReconnectDelay", "MaximumReplyBytes", "User"],
            errors.Select(static error => error.Path["here:".Length..]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("hunter2", string.Join(' ', errors), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_HasNoPassword()
    {
        var options = new RedisClientOptions { Endpoint = "redis://me:hunter2@h:1", Password = "hunter3" };

        Assert.Equal("h:1", options.ToString());
        Assert.Equal("redis at h:1", new RedisEngineOptions { Endpoint = options.Endpoint, Password = "hunter3" }.ToString());
    }

    private static IReadOnlyList<ConfigurationError> Mistakes(RedisClientOptions options)
    {
        var errors = new ConfigurationErrors();
        options.Validate("here", errors);
        return errors.Items;
    }
}
