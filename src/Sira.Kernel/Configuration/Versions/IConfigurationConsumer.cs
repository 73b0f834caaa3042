using Sira.Kernel.Configuration.Rollout;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>Who builds what works from the settings, such as the gateway its routes. Handed to <see cref="SiraConfiguration.Start"/>.</summary>
/// <remarks>The methods are called one at a time. On the calling thread, <see cref="SiraConfigurationSection.Section"/> then has the settings that the method is to build from.</remarks>
public interface IConfigurationConsumer
{
    /// <summary>Gets what a rollout may stick to, such as <c>Tenant</c>: the kinds of key that the consumer can tell of a request.</summary>
    IReadOnlyList<string> StickyKeys { get; }

    /// <summary>Builds without effect, to find every mistake.</summary>
    /// <exception cref="SiraConfigurationException">There are mistakes.</exception>
    void Validate();

    /// <summary>Builds and puts in force. When it throws, what was in force stays.</summary>
    /// <param name="version">The number of the version.</param>
    /// <exception cref="SiraConfigurationException">There are mistakes.</exception>
    void Apply(long version);

    /// <summary>Builds beside what is in force and lets a rollout choose, for each request, which of the two serves it. The next <see cref="Apply"/> ends that.</summary>
    /// <param name="traffic">Chooses, and is told how requests ended.</param>
    /// <exception cref="SiraConfigurationException">There are mistakes.</exception>
    void BeginTrial(RolloutTraffic traffic);

    /// <summary>Lets what is in force serve all requests again. Requests under way finish where they began.</summary>
    void EndTrial();

    /// <summary>Called with the settings in force after others were looked at that did not replace them, to forget what was prepared for those.</summary>
    void Discard();
}
