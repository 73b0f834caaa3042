using Microsoft.Extensions.Options;
using Sira.Kernel.Configuration;
using Sira.Kernel.Diagnostics.Inspection;

namespace Sira.Gateway.Diagnostics;

/// <summary>How many decisions are kept: what code has set, and the section <c>Sira:Diagnostics</c> over it.</summary>
internal sealed class DiagnosticsConfiguration(IOptionsFactory<DiagnosticsOptions> factory, DecisionLog decisions, SiraConfigurationSection configuration) : IConfigurationPart
{
    public string Key => "Diagnostics";

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = factory.Create(Options.DefaultName);
        var before = errors.Items.Count;
        if (reader is not null)
        {
            options.RecentDecisions = reader.TryInt32(nameof(DiagnosticsOptions.RecentDecisions), out var size, 0, DiagnosticsOptions.MaximumDecisions) ? size : options.RecentDecisions;
            reader.ReportUnknownKeys();
        }

        options.Validate(configuration.PathOf(Key), errors);
        if (errors.Items.Count == before)
        {
            decisions.Resize(options.RecentDecisions);
        }
    }
}
