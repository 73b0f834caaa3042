using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plugins;
using Sira.Decisions;
using Sira.Kernel.Messaging;
using Sira.Plugins.Hosting;
using Sira.Plugins.Sources;

// dotnet run --project samples/Plugins
// A plugin comes while the host runs, is replaced under load, another one fails and is put away, and all leave memory. No network, no keys.
const string Greeting = "Acme.Greeting";
const string Faulty = "Acme.Faulty";

using var packages = new PluginPackages();
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddSira(sira => sira
    .AddSimulatedBackends()
    .AddPluginFolder(packages.Folder)
    .ConfigurePlugins(options =>
    {
        // Nobody signed these packages. A host that trusts their publisher leaves this as it is: see samples/SignPlugin.
        options.MinimumTrust = PluginTrust.Unsigned;

        // Impatient, so that the show is short.
        (options.MaxRestarts, options.RestartDelay, options.FaultInterval) = (1, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(500));
    }));

using var host = builder.Build();
await host.StartAsync();
var chat = host.Services.GetRequiredService<IChatClient>();
var plugins = host.Services.GetRequiredService<IPluginHost>();
using var lifecycle = new Lifecycle(host.Services.GetRequiredService<IMessageBus>(), plugins);
lifecycle.Begin();
var output = new Output();
Console.WriteLine("Plugins in a running host.");

output.Step("A package is put into the folder");
output.Say(packages.Drop(Greeting, "1.0.0", "GreetingPlugin.Plugin"));
var status = await lifecycle.WaitAsync(Greeting, "1.0.0", PluginState.Started);
output.Say($"{status.Id} {status.Version} is {status.State} and contributes {string.Join(", ", status.Contributes)}.");

output.Step("It is used by a call through IChatClient");
var response = await chat.GetResponseAsync("Ada", new ChatOptions { ModelId = "greeting/default" });
output.Say($"{response.GetRouteDecision()?.Target}: {response.Text}");

output.Step("A second version comes while eight callers ask without a pause");
var callers = new Callers(chat, "greeting/default");
using (var stop = new CancellationTokenSource())
{
    var calling = callers.RunAsync(stop.Token);
    await Task.Delay(1000);
    output.Say(packages.Drop(Greeting, "1.1.0", "GreetingPlugin.Plugin"));
    await lifecycle.WaitAsync(Greeting, "1.1.0", PluginState.Started);
    await Task.Delay(1000);
    await stop.CancelAsync();
    await calling;
}

output.Table(["Answer", "Calls", "Median", "Slowest"], callers.Answers.Select(static answer => new[] { answer.Answer, Number(answer.Count, "0"), Number(answer.Median, "0.0 ms"), Number(answer.Slowest, "0.0 ms") }));
output.Say($"{callers.Failed} calls failed.");

output.Step("A plugin comes whose backend throws at every call");
output.Say(packages.Drop(Faulty, "1.0.0", "GreetingPlugin.FaultyPlugin"));
await lifecycle.WaitAsync(Faulty, "1.0.0", PluginState.Started);
var unlucky = new Callers(chat, "faulty/default");
using (var stop = new CancellationTokenSource())
{
    var calling = unlucky.RunAsync(stop.Token);
    status = await lifecycle.WaitAsync(Faulty, "1.0.0", PluginState.Quarantined);
    await stop.CancelAsync();
    await calling;
}

output.Say($"It was restarted {status.Restarts} time and is in quarantine: {status.Reason}");
response = await chat.GetResponseAsync("Ada", new ChatOptions { ModelId = "greeting/default" });
output.Say($"Nobody else minds: {response.Text}");

output.Step("All packages are taken away");
packages.Clear();
await lifecycle.WaitForNoneAsync();
var isGone = await plugins.WaitForUnloadAsync();
output.Say(isGone ? "Every version has left memory, which was verified." : $"{plugins.Unloading} versions are still in memory.");

output.Step("What the host published");
output.Table(["Second", "Plugin", "Version", "State", "Reason"], lifecycle.Events.Select(static entry => new[] { Number(entry.Seconds, "0.00"), entry.Change.PluginId, entry.Change.Version, entry.Change.State.ToString(), entry.Change.Reason ?? string.Empty }));
await host.StopAsync();
return callers.Failed == 0 && isGone ? 0 : 1;

static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
