using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Plugins;
using Sira.Plugins.Configuration;
using Sira.Plugins.Hosting.Supervision;
using Sira.Plugins.Isolation;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>One run of one version of a plugin, from loading to unloading. Nothing of the plugin is reachable from here once it is unloaded.</summary>
internal sealed class PluginInstance(PlannedPlugin plan, PluginItemOptions? item, PluginOptions options, PluginServices services, TimeProvider time, Action<PluginInstance, Exception> report) : IDisposable
{
    private readonly FaultReporter reporter = new();
    private readonly CancellationTokenSource stopping = new();
    private LoadedPlugin? loaded;
    private ISiraPlugin? plugin;
    private PluginContext? context;
    private ServiceProvider? container;
    private List<IHostedService> running = [];
    private Exception? fault;

    public PlannedPlugin Plan => plan;

    public string Id => plan.Id;

    public PluginState State { get; private set; } = PluginState.Resolved;

    /// <summary>Gets what it has reported first, or died of; <see langword="null"/> while nothing.</summary>
    public Exception? Fault => Volatile.Read(ref fault);

    /// <summary>Gets why it is in use and in a state that it should not be in.</summary>
    public string? Reason { get; private set; }

    public Contributor? Contributor { get; private set; }

    public IReadOnlyList<string> Contributes { get; private set; } = [];

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>Gets the loaded code, for those that depend on it.</summary>
    public LoadedPlugin? Loaded => loaded;

    /// <summary>Gets whether another run would not differ.</summary>
    public bool IsSame(PlannedPlugin other, PluginItemOptions? otherItem) =>
        plan.Plugin.Manifest.Identity == other.Plugin.Manifest.Identity
        && plan.Plugin.ContentId == other.Plugin.ContentId
        && Settings(item).SequenceEqual(Settings(otherItem));

    /// <summary>Loads the code and lets the plugin say what it contributes.</summary>
    /// <exception cref="PluginException">It cannot be loaded, or registers what it may not.</exception>
    public async Task LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken)
    {
        await CallAsync("load", options.StartTimeout, async token => loaded = await plan.Plugin.LoadAsync(dependencies, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await CallAsync("configure itself", options.StartTimeout, _ =>
        {
            Configure();
            return Task.CompletedTask;
        }, cancellationToken).ConfigureAwait(false);
        State = PluginState.Loaded;
    }

    /// <summary>Starts what runs in the background.</summary>
    /// <exception cref="PluginException">It does not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await CallAsync("start", options.StartTimeout, async token =>
        {
            await plugin!.StartAsync(container!, token).ConfigureAwait(false);
            foreach (var service in container!.GetServices<IHostedService>())
            {
                await service.StartAsync(token).ConfigureAwait(false);
                running.Add(service);
                Watch(service);
            }
        }, cancellationToken).ConfigureAwait(false);
        (State, StartedAt) = (Fault is null ? PluginState.Started : PluginState.Faulted, time.GetUtcNow());
    }

    /// <summary>Notes that it has failed and is in use all the same.</summary>
    /// <param name="state">What becomes of it.</param>
    /// <param name="reason">Why.</param>
    public void Fail(PluginState state, string reason) => (State, Reason) = (state, reason);

    /// <summary>Notes that the plugin's contributions are out of use, and it is about to stop.</summary>
    public void BeginStop() => State = PluginState.Stopping;

    /// <summary>Stops the plugin, disposes of its container, cuts every path to its objects and begins to unload its code. Does as much of that as possible whatever fails.</summary>
    /// <param name="failures">Receives what failed.</param>
    /// <returns>How the unloading stands.</returns>
    public async Task<PluginUnload> EndAsync(ICollection<Exception> failures)
    {
        reporter.Detach();
        await TryAsync("hear that it stops", _ => stopping.CancelAsync(), failures).ConfigureAwait(false);
        if (StartedAt is not null)
        {
            await TryAsync("stop", StopAsync, failures).ConfigureAwait(false);
        }

        Contributor?.Revoke();
        if (container is not null)
        {
            await TryAsync("dispose of its services", _ => container.DisposeAsync().AsTask(), failures).ConfigureAwait(false);
        }

        var unload = Unload(failures);
        (plugin, container, loaded, context, running, State) = (null, null, null, null, [], PluginState.Unloaded);
        return unload;
    }

    public void Dispose() => stopping.Dispose();

    private static IEnumerable<KeyValuePair<string, string?>> Settings(PluginItemOptions? item) =>
        (item?.Settings ?? new Dictionary<string, string?>()).OrderBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    private void Configure()
    {
        reporter.Attach(exception =>
        {
            Interlocked.CompareExchange(ref fault, exception, null);
            report(this, exception);
        });
        var errors = new ConfigurationErrors();
        var grants = PermissionGrants.Decide(plan.Plugin, item, services.PermissionKinds, Id, errors);
        errors.ThrowIfAny();

        plugin = loaded!.CreateInstance();
        var settings = new ConfigurationBuilder().AddInMemoryCollection(Settings(item)).Build();
        context = new PluginContext(Id, plan.Plugin.Manifest.Version.ToNormalizedString(), settings, reporter.Report, stopping.Token);
        var collection = services.Create(context, grants);
        var given = collection.Count;
        plugin.Configure(new PluginBuilder(collection), context);
        Contributes = services.Check(Id, collection.Skip(given));
        container = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Contributor = new Contributor(Id, container);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        for (var i = running.Count - 1; i >= 0; i--)
        {
            await running[i].StopAsync(cancellationToken).ConfigureAwait(false);
        }

        await plugin!.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    // A background service that dies does so silently; the plugin is no good without it.
    private void Watch(IHostedService service)
    {
        if (service is BackgroundService { ExecuteTask: { } execution })
        {
            _ = execution.ContinueWith(
                ended => context?.ReportFault(ended.Exception!.GetBaseException()),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private PluginUnload Unload(ICollection<Exception> failures)
    {
        try
        {
            return loaded?.Unload() ?? PluginUnload.None;
        }
        catch (Exception exception)
        {
            failures.Add(exception);
            return PluginUnload.None;
        }
    }

    private async Task TryAsync(string action, Func<CancellationToken, Task> call, ICollection<Exception> failures)
    {
        try
        {
            await CallAsync(action, options.StopTimeout, call, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PluginException exception)
        {
            failures.Add(exception);
        }
    }

    private Task CallAsync(string action, TimeSpan timeout, Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        PluginCall.RunAsync(Id, action, timeout, time, call, cancellationToken);
}
