using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Hosting;
using Sira.Requests;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>How the bytes of an answer come must not matter: in which pieces, with which line ends, with a byte order mark, compressed.</summary>
public class StreamBytesTests
{
    private static readonly WireAnswer Answer = new()
    {
        Reasoning = "Hm – let me think.",
        Text = "Grüße aus 東京 😀!",
        Calls = [("call_1", "weather", """{"city":"Köln 😀"}""")],
    };

    public static TheoryData<string> Backends => new(FeatureSira.Wires);

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task StreamCutAtEveryByte_IsTheSameAnswer(string backend)
    {
        await using var sira = new FeatureSira(backend);
        var bytes = Encoding.UTF8.GetBytes(Answer.Write(FeatureSira.WireOf(backend), streaming: true));
        var whole = await AskAsync(sira, bytes, [bytes.Length]);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(whole, await AskAsync(sira, bytes, [cut, bytes.Length]));
        }

        Assert.Equal(whole, await AskAsync(sira, bytes, [.. Enumerable.Range(1, bytes.Length)]));
        Assert.Contains("Grüße aus 東京 😀!", whole, StringComparison.Ordinal);
        Assert.Contains("Köln 😀", whole, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task LineEndsAndByteOrderMark_DoNotMatter(string backend)
    {
        await using var sira = new FeatureSira(backend);
        var text = Answer.Write(FeatureSira.WireOf(backend), streaming: true);
        var whole = await AskAsync(sira, Encoding.UTF8.GetBytes(text), null);
        foreach (var variant in (string[])[text.Replace("\n", "\r\n", StringComparison.Ordinal), text.Replace("\n", "\r", StringComparison.Ordinal), "\uFEFF" + text, ": hello\n\n" + text, text.Replace("data: ", "data:", StringComparison.Ordinal), "retry: 100\nid: 7\n" + text])
        {
            var bytes = Encoding.UTF8.GetBytes(variant);
            Assert.Equal(whole, await AskAsync(sira, bytes, null));
            Assert.Equal(whole, await AskAsync(sira, bytes, [.. Enumerable.Range(1, bytes.Length)]));
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ByteOrderMarkBeforeABody_DoesNotMatter(string backend)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply("\uFEFF" + Answer.Write(FeatureSira.WireOf(backend), streaming: false), streaming: false);

        var response = await sira.AskAsync(streaming: false);

        Assert.Equal(Answer.Text, response.Text);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ByteOrderMarkBeforeAnError_DoesNotHideIt(string backend)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply("\uFEFF" + """{"type":"error","error":{"type":"invalid_request_error","code":400,"status":"INVALID_ARGUMENT","message":"prompt is too long: maximum context length"}}""", streaming: false, status: 400);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: false));

        Assert.Contains("prompt is too long", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CompressedAnswers_AreRead(bool streaming)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var sira = SiraInstance.Create(builder => builder.AddOpenAICompatible("zipped", options => options.Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1")));
        var chat = sira.GetChatClient();
        foreach (var (encoding, cut) in ((string, bool)[])[("gzip", false), ("br", false), ("deflate", false), ("gzip", true)])
        {
            // One attempt each: the server serves no second.
            var options = new SiraChatOptions { ModelId = "zipped/some-model", Request = new RequestContext(TimeProvider.System.GetTimestamp(), new RequestBudget { MaxAttempts = 1 }) };
            var serving = ServeAsync(listener, encoding, Encoding.UTF8.GetBytes(Answer.Write("chat", streaming)), streaming, cut);
            var asking = streaming ? chat.GetStreamingResponseAsync("Hi", options).ToChatResponseAsync() : chat.GetResponseAsync("Hi", options);
            if (cut)
            {
                var exception = await Assert.ThrowsAsync<RequestFailedException>(() => asking);
                Assert.Contains(exception.BackendError!.Value, (BackendErrorKind[])[BackendErrorKind.Truncated, BackendErrorKind.MalformedResponse, BackendErrorKind.Transport]);
            }
            else
            {
                Assert.Equal(Answer.Text, (await asking).Text);
            }

            Assert.Contains("gzip", await serving, StringComparison.OrdinalIgnoreCase);
            if (cut)
            {
                break;
            }
        }
    }

    private static async Task<string> ServeAsync(TcpListener listener, string encoding, byte[] body, bool streaming, bool cut)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\"role\"", StringComparison.Ordinal))
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
        }

        using var packed = new MemoryStream();
        await using (Stream packer = encoding switch { "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true), "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true), _ => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true) })
        {
            await packer.WriteAsync(body);
        }

        var bytes = cut ? packed.ToArray()[..(int)(packed.Length / 3)] : packed.ToArray();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: {(streaming ? "text/event-stream" : "application/json")}\r\ncontent-encoding: {encoding}\r\ncontent-length: {bytes.Length}\r\nconnection: close\r\n\r\n"));
        await stream.WriteAsync(bytes);
        return request.ToString();
    }

    private static async Task<string> AskAsync(FeatureSira sira, byte[] bytes, int[]? ends)
    {
        sira.Provider.Reply(() =>
        {
            var response = ProviderDouble.Response([], streaming: true);
            var content = new StreamContent(new PiecewiseStream(bytes, ends ?? [bytes.Length]));
            content.Headers.TryAddWithoutValidation("content-type", "text/event-stream; charset=utf-8");
            response.Content = content;
            return response;
        });
        var answer = await sira.AskAsync(streaming: true);
        return string.Join('|', answer.Messages.SelectMany(static message => message.Contents).Select(static content => content switch
        {
            TextReasoningContent reasoning => "R:" + reasoning.Text,
            TextContent text => "T:" + text.Text,
            FunctionCallContent call => $"C:{call.Name}:{call.Arguments!["city"]}",
            _ => content.GetType().Name,
        })) + "|" + answer.FinishReason + "|" + answer.Usage?.TotalTokenCount;
    }
}
