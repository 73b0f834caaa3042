using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>Reads the section <c>Split</c> of a route over what code has set. Its arms replace those of the code.</summary>
internal static class TrafficSplitReader
{
    public static void Apply(ConfigurationReader parent, TrafficSplitOptions options)
    {
        if (!parent.TrySection("Split", out var reader))
        {
            return;
        }

        options.Name = reader.TryString("Name", out var name) ? name.Trim() : options.Name;
        options.StickyBy = reader.TryEnum<StickyBy>("StickyBy", out var sticky) ? sticky : options.StickyBy;
        var arms = new List<TrafficArm>();
        foreach (var (key, armReader) in reader.Children("Arms"))
        {
            arms.Add(new TrafficArm
            {
                // Of a map instead of a list the keys are the names.
                Name = armReader.TryString("Name", out var arm) ? arm.Trim() : int.TryParse(key, out _) ? string.Empty : key,
                Percent = armReader.TryDouble("Percent", out var percent, 0, 100) ? percent : 0,
                Routing = RoutingOptionsReader.Apply(armReader, null),
            });
            armReader.ReportUnknownKeys();
        }

        options.Arms = arms.Count > 0 ? arms : options.Arms;
        reader.ReportUnknownKeys();
    }
}
