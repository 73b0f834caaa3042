using System.IO.Compression;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Hosting;
using Sira.Plugins.Hosting;
using Sira.Plugins.Sources;

var packed = args[0];
var folder = Directory.CreateTempSubdirectory("sira-plugins-").FullName;

await using var sira = SiraInstance.Create(sira => sira
    .AddSimulatedBackends()
    .AddPluginFolder(folder)
    .ConfigurePlugins(options => options.MinimumTrust = PluginTrust.Unsigned)
    .UseTools());
var response = await sira.GetChatClient().GetResponseAsync("Does the package work?");
Console.WriteLine(response.Text);
Console.WriteLine(response.GetRouteDecision());
Expect(response.GetRouteDecision()?.Attempts.Count == 1, "one attempt");

// What it needs is packed with it, and nothing that the host has.
using (var package = ZipFile.OpenRead(Path.Combine(packed, "Acme.Greeting.1.1.0.nupkg")))
{
    var libraries = package.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    Expect(libraries.SequenceEqual(["lib/net10.0/Acme.Greeting.dll", "lib/net10.0/Newtonsoft.Json.dll"]), $"the package holds {string.Join(", ", libraries)}");
    Expect(package.GetEntry("sira-plugin.json") is not null && package.GetEntry("README.md") is not null, "and a manifest and a readme");
}

// The plugin comes, is replaced, and goes.
var plugins = sira.GetService<IPluginHost>()!;
await DropAsync("Acme.Greeting.1.0.0.nupkg");
Expect(await AskAsync() == """{"Version":"1.0.0"}: hello""", "the plugin answers, with a library of its own");
await DropAsync("Acme.Greeting.1.1.0.nupkg");
Expect(await AskAsync() == """{"Version":"1.1.0"}: hello""", "its new version answers");
Array.ForEach(Directory.GetFiles(folder), File.Delete);
await plugins.RefreshAsync();
try
{
    await AskAsync();
    Expect(false, "the plugin is gone");
}
catch (RequestFailedException exception)
{
    Console.WriteLine(exception.Message);
}

Expect(await plugins.WaitForUnloadAsync(), "both versions have left memory");
Directory.Delete(folder, recursive: true);
return 0;

async Task DropAsync(string package)
{
    File.Copy(Path.Combine(packed, package), Path.Combine(folder, package));
    var refresh = await plugins.RefreshAsync();
    Expect(refresh.Started.Count == 1, string.Join(Environment.NewLine, refresh.Problems.DefaultIfEmpty($"{package} starts")));
}

async Task<string> AskAsync() => (await sira.GetChatClient().GetResponseAsync("hello", new ChatOptions { ModelId = "Acme.Greeting/default" })).Text;

static void Expect(bool condition, string what)
{
    Console.WriteLine($"{(condition ? "yes" : "NO ")}  {what}");
    if (!condition)
    {
        Environment.Exit(1);
    }
}
