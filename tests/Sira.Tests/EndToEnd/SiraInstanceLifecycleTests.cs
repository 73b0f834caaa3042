using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Contributed;
using Sira.Testing;

namespace Sira.Tests.EndToEnd;

/// <summary>What runs in the background without a host: begun and ended as a host would.</summary>
public class SiraInstanceLifecycleTests
{
    [Fact]
    public async Task CreateAsync_DeclaredSubscriber_IsServed()
    {
        var heard = new TaskCompletionSource<int>();
        await using var sira = await SiraInstance.CreateAsync(builder => builder
            .AddBackend("a", _ => new ScriptedChatClient())
            .AddSubscriber<int>("orders", (_, message, _) =>
            {
                heard.TrySetResult(message.Message);
                return default;
            }));
        using var topic = sira.GetService<IMessageBus>()!.Topic<int>("orders");

        await topic.PublishAsync(7);

        Assert.Equal(7, await heard.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Lifecycle_HasTheOrderOfAHost()
    {
        var steps = new List<string>();
        var sira = await SiraInstance.CreateAsync(builder =>
        {
            builder.AddBackend("a", _ => new ScriptedChatClient());
            builder.Services.AddSingleton<IHostedService>(new Noted("1", steps));
            builder.Services.AddSingleton<IHostedService>(new Noted("2", steps));
        });
        await sira.DisposeAsync();

        Assert.Equal(["starting 1", "starting 2", "start 1", "start 2", "started 1", "started 2", "stopping 2", "stopping 1", "stop 2", "stop 1", "stopped 2", "stopped 1"], steps);
    }

    private sealed class Noted(string name, List<string> steps) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => NoteAsync("starting");

        public Task StartAsync(CancellationToken cancellationToken) => NoteAsync("start");

        public Task StartedAsync(CancellationToken cancellationToken) => NoteAsync("started");

        public Task StoppingAsync(CancellationToken cancellationToken) => NoteAsync("stopping");

        public Task StopAsync(CancellationToken cancellationToken) => NoteAsync("stop");

        public Task StoppedAsync(CancellationToken cancellationToken) => NoteAsync("stopped");

        private Task NoteAsync(string step)
        {
            steps.Add($"{step} {name}");
            return Task.CompletedTask;
        }
    }
}
