namespace Sira.Plugins.Configuration;

/// <summary>How the plugin host behaves; the section <c>Sira:Plugins</c> is read over it.</summary>
public sealed class PluginOptions
{
    /// <summary>Gets or sets how long loading, configuring and starting one plugin may take, each.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long one plugin may take to stop, and its container to be disposed of.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long the requests that use a plugin may go on once it has been replaced or taken away. After that it is stopped under them.</summary>
    /// <value>Default 60 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long after a plugin has stopped its code must have left memory before the host says that something keeps it.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan UnloadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets whether the host cuts what it knows to keep the code of stopped plugins in memory: timers left running, handlers of events of the process, caches of the runtime.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool HealUnloads { get; set; } = true;

    /// <summary>Gets or sets how often in a row a plugin that fails is restarted before it is put in quarantine.</summary>
    /// <value>Default 5; 0 puts it there at once.</value>
    public int MaxRestarts { get; set; } = 5;

    /// <summary>Gets or sets how long to wait before the first restart; each further one waits twice as long, with jitter.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest wait before a restart.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long a restarted plugin must run without failing again until its restarts are forgotten.</summary>
    /// <value>Default 10 minutes.</value>
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets the share of the calls into a plugin's contributions, within <see cref="FaultInterval"/>, that may throw; above it the plugin has failed.</summary>
    /// <value>Default 0.5; 1 never.</value>
    public double MaxFaultRatio { get; set; } = 0.5;

    /// <summary>Gets or sets over which interval the share is judged.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan FaultInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the number of calls within the interval below which the share is not judged.</summary>
    /// <value>Default 20.</value>
    public int MinimumCalls { get; set; } = 20;

    /// <summary>Gets or sets the least trust that a plugin needs to be loaded.</summary>
    /// <value>Default <see cref="Sources.PluginTrust.Trusted"/>. A modified plugin is never loaded.</value>
    public Sources.PluginTrust MinimumTrust { get; set; } = Sources.PluginTrust.Trusted;

    /// <summary>Gets or sets whether prereleases are taken.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool IncludePrereleases { get; set; }

    /// <summary>Gets what is set for single plugins, by id.</summary>
    public IDictionary<string, PluginItemOptions> Items { get; } = new Dictionary<string, PluginItemOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns what is set for a plugin.</summary>
    internal PluginItemOptions? ItemOf(string id) => Items.TryGetValue(id, out var item) ? item : null;
}
