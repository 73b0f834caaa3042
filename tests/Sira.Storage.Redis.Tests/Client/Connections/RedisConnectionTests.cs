using Sira.Simulation.Time;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Connections;
using Sira.Storage.Redis.Client.Protocol;
using Sira.Testing.Messaging;

namespace Sira.Storage.Redis.Tests.Client.Connections;

public sealed class RedisConnectionTests : IAsyncDisposable
{
    private static readonly int EchoLength = "*2\r\n$4\r\nECHO\r\n$1\r\na\r\n".Length;

    private readonly Wire wire = new();
    private readonly VirtualTimeProvider time = new();
    private readonly RedisClientOptions options = new();
    private readonly RedisConnection connection;

    public RedisConnectionTests() => connection = Open(options);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    [Fact]
    public async Task ExecuteAsync_Several_GetTheirAnswersInTheirOrder()
    {
        var (a, b, c) = (Echo("a"), Echo("b"), Echo("c"));
        await wire.AnswerAsync("$1\r\na\r\n-ERR b\r");
        await wire.AnswerAsync("\n$1\r\nc\r\n");

        Assert.Equal(("a", "c"), ((await a).ToString(), (await c).ToString()));
        Assert.True((await b).IsError);
    }

    [Fact]
    public async Task ExecuteAsync_TimedOut_LateAnswerGoesToNobody()
    {
        var (a, b) = (Echo("a"), Echo("b"));
        time.Advance(options.CommandTimeout / 2);
        var c = Echo("c");
        time.Advance(options.CommandTimeout / 2);

        Assert.Equal((RedisErrorKind.Timeout, true), await FailureAsync(a));
        Assert.Equal((RedisErrorKind.Timeout, true), await FailureAsync(b));
        var d = Echo("d");
        await wire.AnswerAsync("$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
        Assert.Equal(("c", "d"), ((await c).ToString(), (await d).ToString()));
    }

    [Fact]
    public async Task ExecuteAsync_Cancelled_LateAnswerGoesToNobody()
    {
        using var source = new CancellationTokenSource();
        var a = connection.ExecuteAsync(new RedisCommand("ECHO", "a"), source.Token).AsTask();
        await source.CancelAsync();
        var b = Echo("b");

        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a)).CancellationToken);
        await wire.AnswerAsync("$1\r\na\r\n$1\r\nb\r\n");
        Assert.Equal("b", (await b).ToString());
    }

    [Fact]
    public async Task ExecuteAsync_ManyCancelledAtAnyMoment_EachGetsItsOwn()
    {
        var serving = ServeEchoAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 500; i++)
            {
                using var source = new CancellationTokenSource();
                var asked = connection.ExecuteAsync(new RedisCommand("ECHO", $"{worker}.{i}"), random.Next(2) == 0 ? source.Token : default);
                if (random.Next(3) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    Assert.Equal($"{worker}.{i}", (await asked).ToString());
                }
                catch (OperationCanceledException)
                {
                    // Its place stays until its answer comes.
                }
            }
        })));
        await connection.DisposeAsync();
        await serving;
    }

    [Fact]
    public async Task ExecuteAsync_ServerClosesMidAnswer_WhatWasSentIsTold_AndWhatWasNot()
    {
        wire.Hold();
        var sent = Echo("a");
        var unsent = Echo("b");
        await wire.AnswerAsync("$1\r\n");
        wire.End();

        Assert.Equal((RedisErrorKind.Connection, true), await FailureAsync(sent));
        Assert.Equal((RedisErrorKind.Connection, false), await FailureAsync(unsent));
        Assert.Equal((RedisErrorKind.Connection, false), await FailureAsync(Echo("c")));
        Assert.False(connection.IsOpen);
    }

    [Fact]
    public async Task ExecuteAsync_WhileSending_OthersGoTogether()
    {
        wire.Hold();
        var first = Echo("a");
        var others = Enumerable.Range(0, 50).Select(_ => Echo("b")).ToList();
        wire.LetGo();

        await wire.SentAsync(51 * EchoLength);
        Assert.Equal(2, wire.Writes);
        await wire.AnswerAsync(string.Concat(Enumerable.Repeat("+b\r\n", 51)));
        await Task.WhenAll([first, .. others]);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("+a\r\n+nobody asked\r\n")]
    public async Task Garbage_EndsTheConnection(string bytes)
    {
        var lost = new TaskCompletionSource<RedisException>();
        connection.OnLost((_, reason) => lost.TrySetResult(reason));
        var a = Echo("a");
        await wire.AnswerAsync(bytes);

        Assert.Equal(RedisErrorKind.Protocol, (await lost.Task.WaitAsync(TimeSpan.FromSeconds(20))).Kind);
        await Task.WhenAny(a);
        Assert.True(a.IsFaulted || (await a).ToString() == "a");
        Assert.Equal((RedisErrorKind.Protocol, false), await FailureAsync(Echo("b")));
    }

    [Fact]
    public async Task Heartbeat_SilentServer_IsAsked_AndGivenUp()
    {
        time.Advance(options.HeartbeatInterval);
        Assert.Equal("*1\r\n$4\r\nPING\r\n", await wire.SentAsync(14));
        var a = Echo("a");
        await wire.SentAsync(EchoLength);
        await wire.AnswerAsync("+PONG\r\n+a\r\n");
        await a;
        time.Advance(options.HeartbeatInterval * 2);
        Assert.Equal("*1\r\n$4\r\nPING\r\n", await wire.SentAsync(14));
        Assert.True(connection.IsOpen);

        time.Advance(options.HeartbeatTimeout + options.CommandTimeout);

        await Eventually.HoldsAsync(() => !connection.IsOpen, "a silent connection is given up");
        Assert.Equal((RedisErrorKind.Connection, false), await FailureAsync(Echo("a")));
    }

    [Fact]
    public async Task Heartbeat_ServerThatSendsSlowly_IsNotGivenUp()
    {
        var slow = connection.ExecuteAsync(new RedisCommand("GET", "a"), CancellationToken.None).AsTask();
        await wire.AnswerAsync("$100\r\n");
        for (var i = 0; i < 100; i++)
        {
            await wire.AnswerAsync("x");
            await Task.Delay(1);
            time.Advance(options.HeartbeatTimeout / 10);
        }

        Assert.Equal(RedisErrorKind.Timeout, (await FailureAsync(slow)).Kind);
        await wire.AnswerAsync("\r\n+b\r\n");
        Assert.Equal("b", (await Echo("b")).ToString());
    }

    [Fact]
    public async Task ExecuteAsync_TooManyAtOnce_IsRefused_AndTheOthersAreNot()
    {
        var small = new Wire();
        await using var limited = new RedisConnection(small, options with { MaximumPending = 2, MaximumPendingBytes = 200 }, time, new PendingPool(), receiver: null);
        limited.Start();
        small.Hold();
        var first = limited.ExecuteAsync(new RedisCommand("ECHO", new byte[1000]), default).AsTask();
        var second = limited.ExecuteAsync(new RedisCommand("ECHO", new byte[1000]), default).AsTask();

        Assert.Equal((RedisErrorKind.Busy, false), await FailureAsync(limited.ExecuteAsync(new RedisCommand("PING"), default).AsTask()));
        small.LetGo();
        await small.AnswerAsync("+1\r\n+2\r\n");
        Assert.Equal(("1", "2"), ((await first).ToString(), (await second).ToString()));
    }

    [Fact]
    public async Task DisposeAsync_WhatWaits_IsTold()
    {
        var a = Echo("a");
        await connection.DisposeAsync();

        Assert.Equal((RedisErrorKind.Closed, true), await FailureAsync(a));
        Assert.Equal((RedisErrorKind.Closed, false), await FailureAsync(Echo("b")));
    }

    [Fact]
    public async Task Push_OnAConnectionThatListensToNothing_IsPassedOver()
    {
        var a = Echo("a");
        await wire.AnswerAsync(">2\r\n+invalidate\r\n_\r\n+a\r\n");

        Assert.Equal("a", (await a).ToString());
    }

    private RedisConnection Open(RedisClientOptions options)
    {
        var opened = new RedisConnection(wire, options, time, new PendingPool(), receiver: null);
        opened.Start();
        return opened;
    }

    private Task<RespValue> Echo(string text) => connection.ExecuteAsync(new RedisCommand("ECHO", text), CancellationToken.None).AsTask();

    private static async Task<(RedisErrorKind Kind, bool WasSent)> FailureAsync(Task<RespValue> task)
    {
        var failure = await Assert.ThrowsAsync<RedisException>(() => task.WaitAsync(TimeSpan.FromSeconds(20)));
        return (failure.Kind, failure.WasSent);
    }

    // Answers in parts that have nothing to do with where commands end.
    private async Task ServeEchoAsync()
    {
        var (reader, random) = (new RespReader(new RespLimits()), new Random(1));
        var rest = Array.Empty<byte>();
        while (connection.IsOpen)
        {
            try
            {
                var text = await wire.SentAsync(1).WaitAsync(TimeSpan.FromMilliseconds(200));
                rest = [.. rest, .. System.Text.Encoding.Latin1.GetBytes(text)];
            }
            catch (TimeoutException)
            {
                continue;
            }

            var answers = Take(reader, ref rest);
            for (var at = 0; at < answers.Length;)
            {
                var part = Math.Min(answers.Length - at, random.Next(1, 100));
                await wire.AnswerAsync(answers.Substring(at, part));
                at += part;
            }
        }
    }

    private static string Take(RespReader reader, ref byte[] bytes)
    {
        var input = new System.Buffers.SequenceReader<byte>(new(bytes));
        var answers = new System.Text.StringBuilder();
        while (reader.TryRead(ref input, out var command))
        {
            var text = command.Items[1].ToString();
            answers.Append($"${text.Length}\r\n{text}\r\n");
        }

        bytes = input.UnreadSpan.ToArray();
        return answers.ToString();
    }
}
