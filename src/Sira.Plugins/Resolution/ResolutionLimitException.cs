using System.Globalization;
using Sira.Kernel.Errors;

namespace Sira.Plugins.Resolution;

/// <summary>Thrown when a resolution takes more steps than it may. Whether there is a consistent set is then unknown.</summary>
public sealed class ResolutionLimitException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="maximumSteps">The limit.</param>
    public ResolutionLimitException(long maximumSteps)
        : base(string.Create(CultureInfo.InvariantCulture, $"The plugins were not resolved within {maximumSteps} steps. Narrow the ranges of the plugins asked for, remove old versions, or raise {nameof(ResolutionRequest.MaximumSteps)}.")) =>
        MaximumSteps = maximumSteps;

    /// <summary>Gets the limit.</summary>
    public long MaximumSteps { get; }
}
