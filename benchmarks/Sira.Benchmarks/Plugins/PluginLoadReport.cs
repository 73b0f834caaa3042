using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Benchmarks.Support;
using Sira.Kernel.Builder;
using Sira.Kernel.Plugins;
using Sira.Plugins.Hosting;
using Sira.Plugins.Sources;

namespace Sira.Benchmarks.Plugins;

/// <summary>Times loading a plugin of 26 KB from its package and its first call, in turns with two floors: the same assembly in a bare context and the same call, without and with the rest of the plugin's own code. Each load is a new context; the process stays the same.</summary>
internal static class PluginLoadReport
{
    private const int Warmup = 60;

    // The compiler's last tier waits for 100 ms in which nothing new is compiled, which plugins loaded one after the other never leave it; a host that loads one now and then does.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private const int Rounds = 200;

    // As large as a small real plugin: the measurements of others are of 26 KB.
    private const int PaddingMethods = 190;

    public static async Task WriteAsync(TextWriter output)
    {
        var assembly = Compile();
        var folder = Directory.CreateTempSubdirectory("sira-plugin-load-").FullName;
        var package = Pack(assembly);
        var services = new ServiceCollection();
        services.AddSira(sira => sira.AddBackend("own", _ => new LeafChatClient(LeafMode.Ready, new SameThreadGate(), chunks: 1)).AddPluginFolder(folder).ConfigurePlugins(static options => options.MinimumTrust = PluginTrust.Unsigned));
        await using var provider = services.BuildServiceProvider();
        var chat = provider.GetRequiredService<IChatClient>();
        var plugins = provider.GetRequiredService<IPluginHost>();
        await chat.GetResponseAsync("hello");
        var (floor, own, load, call, end) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var file = Path.Combine(folder, "acme.nupkg");
        for (var round = -Warmup; round < Rounds; round++)
        {
            if (round == 0)
            {
                await Task.Delay(Settling);
            }

            var started = TimeProvider.System.GetTimestamp();
            await LoadBareAsync(assembly, configure: false);
            Note(floor, started, round);
            started = TimeProvider.System.GetTimestamp();
            await LoadBareAsync(assembly, configure: true);
            Note(own, started, round);

            await File.WriteAllBytesAsync(file, package);
            started = TimeProvider.System.GetTimestamp();
            var refresh = await plugins.RefreshAsync();
            Note(load, started, round);
            started = TimeProvider.System.GetTimestamp();
            await chat.GetResponseAsync("hello", new ChatOptions { ModelId = "acme/default" });
            Note(call, started, round);
            if (refresh.Started.Count != 1)
            {
                throw new InvalidOperationException(string.Join("\n", refresh.Problems));
            }

            File.Delete(file);
            started = TimeProvider.System.GetTimestamp();
            await plugins.RefreshAsync();
            Note(end, started, round);
            await plugins.WaitForUnloadAsync();
        }

        Directory.Delete(folder, recursive: true);
        output.WriteLine($"assembly of {assembly.Length} bytes, package of {package.Length}, {Rounds} loads");
        Row(output, "bare context: load, make, call", floor);
        Row(output, "the same, and configure the plugin", own);
        Row(output, "Sira: load (read, plan, start, use)", load);
        Row(output, "Sira: first call", call);
        Row(output, "Sira: load + first call", [.. load.Zip(call, static (first, second) => first + second)]);
        Row(output, "Sira: stop and begin to unload", end);
    }

    private static void Note(List<double> times, long started, int round)
    {
        if (round >= 0)
        {
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private static void Row(TextWriter output, string name, List<double> times)
    {
        times.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-38} p50 {times[times.Count / 2],7:0.00} ms   p99 {times[times.Count * 99 / 100],7:0.00} ms"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LoadBareAsync(byte[] assembly, bool configure)
    {
        var context = new AssemblyLoadContext("bare", isCollectible: true);
        var loaded = context.LoadFromStream(new MemoryStream(assembly));
        if (configure)
        {
            var plugin = (ISiraPlugin)Activator.CreateInstance(loaded.GetType("Plugin")!)!;
            plugin.Configure(new BareBuilder(new ServiceCollection()), Nothing);
        }

        await ((IChatClient)Activator.CreateInstance(loaded.GetType("Client")!)!).GetResponseAsync([new ChatMessage(ChatRole.User, "hello")]);
        context.Unload();
    }

    private static readonly PluginContext Nothing = new("acme", "1.0.0", new ConfigurationBuilder().Build());

    private sealed record BareBuilder(IServiceCollection Services) : ISiraBuilder;

    private static byte[] Compile()
    {
        var source = new StringBuilder("""
            using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
            using Microsoft.Extensions.AI; using Microsoft.Extensions.DependencyInjection; using Sira.Kernel.Builder; using Sira.Kernel.Plugins;

            public sealed class Plugin : ISiraPlugin
            {
                public void Configure(ISiraBuilder sira, PluginContext context) => sira.AddBackend("acme", _ => new Client());
            }

            public sealed class Client : IChatClient
            {
                public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default) =>
                    Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer")) { FinishReason = ChatFinishReason.Stop });

                public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

                public object GetService(Type serviceType, object serviceKey = null) => null;

                public void Dispose() { }
            }

            public static class Padding
            {

            """);
        for (var i = 0; i < PaddingMethods; i++)
        {
            source.Append(CultureInfo.InvariantCulture, $"    public static string Method{i}(int n) {{ var list = new List<string>(); for (var i = 0; i < n; i++) {{ list.Add(\"text {i} \" + i); }} return string.Join(\",\", list); }}\n");
        }

        source.Append("}\n");
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists).Select(static path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("acme", [CSharpSyntaxTree.ParseText(source.ToString())], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var output = new MemoryStream();
        var result = compilation.Emit(output);
        return result.Success ? output.ToArray() : throw new InvalidOperationException(string.Join("\n", result.Diagnostics));
    }

    private static byte[] Pack(byte[] assembly)
    {
        using var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "sira-plugin.json", """{ "id": "acme", "version": "1.0.0", "kernel": "[0.1,1.0)", "entryAssembly": "acme.dll", "entryType": "Plugin" }"""u8);
            Add(archive, "lib/net10.0/acme.dll", assembly);
        }

        return output.ToArray();
    }

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> content)
    {
        using var entry = archive.CreateEntry(name).Open();
        entry.Write(content);
    }
}
