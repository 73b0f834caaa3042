using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Gateway.Clients;
using Sira.Kernel.Builder;
using Sira.Plugins.Hosting;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Tests.Support;

/// <summary>An application with AddSira and a folder of plugins.</summary>
internal sealed class PluginHostFixture : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly List<IHostedService> running = [];

    public PluginHostFixture(Action<ISiraBuilder>? configure = null, Dictionary<string, string?>? settings = null, bool hasOwnBackend = true)
    {
        Directory.CreateDirectory(Folder);
        Configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(Configuration);
        collection.AddSira(sira =>
        {
            if (hasOwnBackend)
            {
                sira.AddBackend("own", _ => new EchoChatClient("own"));
            }

            sira.AddPluginFolder(Folder).ConfigurePlugins(options => options.MinimumTrust = PluginTrust.Unsigned);
            configure?.Invoke(sira);
        });
        services = collection.BuildServiceProvider();
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "sira-plugins-" + Path.GetRandomFileName());

    public IConfigurationRoot Configuration { get; }

    public IServiceProvider Services => services;

    public IPluginHost Plugins => services.GetRequiredService<IPluginHost>();

    public ISira Sira => services.GetRequiredService<ISira>();

    public IChatClient Chat => services.GetRequiredService<IChatClient>();

    public async Task StartAsync()
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
            running.Add(service);
        }
    }

    public void Drop(string file, byte[] package) => File.WriteAllBytes(Path.Combine(Folder, file), package);

    public void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    public async Task<string> AskAsync(string? model = null) => (await Chat.GetResponseAsync("hello", model is null ? null : new ChatOptions { ModelId = model })).Text;

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
