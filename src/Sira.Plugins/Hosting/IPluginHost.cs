namespace Sira.Plugins.Hosting;

/// <summary>Runs the plugins: loads them, takes their contributions into use, replaces them under load, and gets rid of them again.</summary>
/// <remarks>Thread-safe. What is asked of it is done one thing after another, and <see cref="StopAsync"/> before what waits or is still on its way in. A plugin that misbehaves never makes it throw where it was not the one asked for.</remarks>
public interface IPluginHost
{
    /// <summary>Gets how every known plugin is, those first that run, in the order in which they were started.</summary>
    IReadOnlyList<PluginStatus> Plugins { get; }

    /// <summary>Gets how many versions of plugins have stopped and are still in memory.</summary>
    int Unloading { get; }

    /// <summary>Looks for plugins anew and makes the running ones those that are there: starts new ones, replaces changed ones, takes away those that are gone. Done by itself when a source or the configuration changes.</summary>
    /// <param name="cancellationToken">Cancels what has not begun to change anything.</param>
    /// <returns>What has changed, and what could not be done.</returns>
    Task<PluginRefresh> RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts a plugin that was stopped or is in quarantine.</summary>
    /// <param name="id">Its id; case does not matter.</param>
    /// <param name="cancellationToken">Cancels what has not begun to change anything.</param>
    /// <returns>A task that ends when it runs.</returns>
    /// <exception cref="PluginException">There is no such plugin, or it does not start.</exception>
    Task StartAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Takes a plugin and those that depend on it out of use, waits for the requests that use them, and unloads them. They stay away until they are started again.</summary>
    /// <param name="id">Its id; case does not matter.</param>
    /// <param name="cancellationToken">Cancels what has not begun to change anything.</param>
    /// <returns>A task that ends when it has stopped.</returns>
    /// <exception cref="PluginException">There is no such plugin, or the host's configuration counts on what it contributes: the message says where.</exception>
    Task StopAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Replaces a running plugin by a new instance of itself: the new one starts beside the old one, traffic moves over, the old one drains and is unloaded.</summary>
    /// <param name="id">Its id; case does not matter.</param>
    /// <param name="cancellationToken">Cancels what has not begun to change anything.</param>
    /// <returns>A task that ends when the new instance runs and the old one has stopped.</returns>
    /// <exception cref="PluginException">There is no such plugin, or the new instance does not start; the old one then goes on.</exception>
    Task RestartAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Waits until the code of every plugin that has stopped has left memory. Collects garbage to find out, so not for busy hosts.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether all has; <see langword="false"/> when something still keeps one after <c>UnloadTimeout</c>.</returns>
    Task<bool> WaitForUnloadAsync(CancellationToken cancellationToken = default);
}
