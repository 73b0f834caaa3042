using Spectre.Console;

namespace Plugins;

/// <summary>Writes what happens: in colour on a terminal, plain where it is redirected.</summary>
internal sealed class Output
{
    private readonly bool plain = Console.IsOutputRedirected;
    private int steps;

    public void Step(string title)
    {
        Console.WriteLine();
        Line(plain ? $"{++steps}. {title}" : $"[bold blue]{++steps}. {Markup.Escape(title)}[/]");
    }

    public void Say(string text) => Line(plain ? "   " + text : "   " + Markup.Escape(text));

    public void Table(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(plain ? TableBorder.Ascii : TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        // A redirected output has no width.
        if (plain)
        {
            AnsiConsole.Profile.Width = 120;
        }

        AnsiConsole.Write(table);
    }

    private void Line(string text)
    {
        if (plain)
        {
            Console.WriteLine(text);
        }
        else
        {
            AnsiConsole.MarkupLine(text);
        }
    }
}
