using System.Globalization;
using System.Text;

namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>Writes reports for people.</summary>
internal static class LeakReportText
{
    public static string Write(LeakReport report)
    {
        if (report.Leaks.Count == 0)
        {
            return "No stopped plugin is in memory.";
        }

        var text = new StringBuilder();
        foreach (var leak in report.Leaks)
        {
            Line(text, $"{leak.Plugin} has stopped and is in memory with {leak.Objects} objects, {leak.Bytes} bytes.");
            if (leak.Paths.Count == 0)
            {
                Line(text, $"  Nothing holds it any more; the next collections will remove it.");
            }

            foreach (var path in leak.Paths)
            {
                Line(text, $"  {path.Kind}: {path.Owner}");
                Line(text, $"    Fix: {path.Fix}");
                Line(text, $"    {path.Root.Kind} {path.Root.Name}");
                foreach (var node in path.Nodes)
                {
                    Line(text, $"      {node.Type}{(node.Field is null ? string.Empty : "." + node.Field)}{(node.Detail is null ? string.Empty : $" ({node.Detail})")} [{node.Belongs}]");
                }
            }

            if (leak.HasMorePaths)
            {
                Line(text, $"  More hold it than are named here.");
            }
        }

        return text.ToString().TrimEnd();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
