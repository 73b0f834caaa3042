using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Session.Tests.Hosting;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Stop_WaitsUntilWhatWasAnsweredIsKept_AndIndexed()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var model = new ScriptedChatClient().Reply(async _ =>
        {
            asked.SetResult();
            await answer.Task;
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "ultramarine"));
        });
        await using var services = Build(model);
        var hosted = services.GetServices<IHostedService>().ToArray();
        foreach (var service in hosted)
        {
            await service.StartAsync(TestContext.Current.CancellationToken);
        }

        var turn = services.GetRequiredService<IChatClient>().GetResponseAsync("Which colour?", Options("s", "ann"), TestContext.Current.CancellationToken);
        await asked.Task;
        var stopping = StopAsync();
        Assert.False(stopping.IsCompleted);
        answer.SetResult();
        await stopping;
        await turn;

        var session = await services.GetRequiredService<ISessions>().OpenAsync(new SessionKey("s"), TestContext.Current.CancellationToken);
        Assert.Equal("ultramarine", session.History.Messages[^1].Message.Text);
        var found = await services.GetRequiredService<Sira.Session.Memory.IMemoryIndex>().SearchAsync(new(new(null, "ann"), "ultramarine"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(found);

        async Task StopAsync()
        {
            foreach (var service in hosted.Reverse())
            {
                await service.StopAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task SessionsOfNobody_HaveNoMemoryInCommon()
    {
        var model = new ScriptedChatClient().Reply("Noted.").Reply("Which?").Reply("Noted.").Reply("4711");
        await using var services = Build(model);
        var chat = services.GetRequiredService<IChatClient>();

        foreach (var (session, user, said) in ((string, string?, string)[])[("a", null, "My pin is 4711."), ("b", null, "Tell me the pin."), ("c", "ann", "My pin is 1234."), ("d", "ann", "Tell me the pin.")])
        {
            await chat.GetResponseAsync(said, Options(session, user), TestContext.Current.CancellationToken);
            await services.GetRequiredService<Sira.Session.Chat.SessionChatServices>().Background.DrainAsync(TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(model.Calls[1].Messages, static message => message.Text.Contains("4711", StringComparison.Ordinal));
        Assert.Contains(model.Calls[3].Messages, static message => message.Text.Contains("1234", StringComparison.Ordinal));
        Assert.DoesNotContain(model.Calls[3].Messages, static message => message.Text.Contains("4711", StringComparison.Ordinal));
    }

    private static SiraChatOptions Options(string session, string? user) => new() { ConversationId = session, Request = new RequestContext(0) { User = user } };

    private static ServiceProvider Build(ScriptedChatClient model) => new ServiceCollection().AddLogging().AddSira(sira => sira
        .AddMemoryStorage()
        .UseSessions(static options => options.MemoryResults = 5)
        .AddBackend("mine", _ => model)
        .AddRoute("default", static route => route.To("mine/model"))).Services.BuildServiceProvider();
}
