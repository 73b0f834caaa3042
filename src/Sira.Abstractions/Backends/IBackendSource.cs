using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Backends;

/// <summary>Builds the backends that code and configuration ask for. Called at start-up and at each configuration reload.</summary>
public interface IBackendSource
{
    /// <summary>Builds the backends. A backend whose configuration has not changed is the same object as before, so its connections, keys and health live on. Those that are not among them any more are forgotten, unless there are mistakes.</summary>
    /// <param name="contributions">What host and plugins contribute.</param>
    /// <param name="errors">Where mistakes go; a backend with a mistake is left out.</param>
    /// <returns>The backends, by registration order.</returns>
    IReadOnlyList<IBackend> Load(ContributionSnapshot contributions, ConfigurationErrors errors);

    /// <summary>Returns a token that fires when the configuration of the backends has changed.</summary>
    /// <returns>The token.</returns>
    IChangeToken GetChangeToken();
}
