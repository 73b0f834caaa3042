using System.Globalization;
using Sira.Decisions;
using Sira.Errors;
using Spectre.Console;

namespace Quickstart;

/// <summary>Writes the tour: in colour on a terminal, plain where it is redirected.</summary>
internal sealed class Output
{
    private readonly bool plain = Console.IsOutputRedirected;
    private int steps;

    public void Title(string providers)
    {
        if (!plain)
        {
            AnsiConsole.Write(new Rule("[bold]Sira quickstart[/]").LeftJustified());
        }

        Line(plain ? $"Sira quickstart. {providers}" : $"[yellow]{Markup.Escape(providers)}[/]");
    }

    /// <summary>Begins a step.</summary>
    /// <returns>Its numbered title.</returns>
    public string Step(string title, string question)
    {
        var numbered = $"{++steps}. {title}";
        Heading(numbered);
        Line(plain ? $"> {question}" : $"[grey]>[/] [italic]{Markup.Escape(question)}[/]");
        return numbered;
    }

    public void Answer(string text) => Line(plain ? text : Markup.Escape(text));

    public void Part(string text) => Console.Write(text);

    public void EndOfParts(int parts)
    {
        Console.WriteLine();
        Faint($"({parts} parts, as they arrived)");
    }

    public void ToolCall(string name, string arguments, string result) => Faint($"the model called {name}({arguments}) and was told: {result}");

    public void FailedOver(RouteDecision decision) =>
        Faint(string.Create(CultureInfo.InvariantCulture, $"({decision.Attempts.Count - 1} attempts failed and were waited out with back-off; {decision.Target} answered {decision.Attempts[^1].StartedAfter.TotalSeconds:0.0} s after the question)"));

    public void Json(string json) => Faint(json);

    public void Parsed(Cafe cafe) => Answer($"{cafe.Name}, {cafe.Street}: {string.Join(", ", cafe.Specialities)}{(cafe.HasTerrace ? "; with a terrace" : string.Empty)}");

    public void Attempts(string title, IReadOnlyList<(string Step, RouteDecision Decision)> decisions)
    {
        Heading(title);
        var table = new Table().Border(plain ? TableBorder.Ascii : TableBorder.Rounded);
        foreach (var column in (string[])["Step", "Target", "Outcome", "ms", "In/out", "US$"])
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (var (step, decision) in decisions)
        {
            foreach (var attempt in decision.Attempts)
            {
                var outcome = attempt.Error is { } error ? attempt.StatusCode is { } status ? $"{error} {status}" : error.ToString() : "answered";
                table.AddRow(
                    step.Split('.')[0],
                    Markup.Escape(attempt.Target),
                    plain || attempt.Error is null ? Markup.Escape(outcome) : $"[red]{Markup.Escape(outcome)}[/]",
                    string.Create(CultureInfo.InvariantCulture, $"{attempt.Duration.TotalMilliseconds:0}"),
                    $"{attempt.Usage?.InputTokenCount?.ToString(CultureInfo.InvariantCulture) ?? "-"}/{attempt.Usage?.OutputTokenCount?.ToString(CultureInfo.InvariantCulture) ?? "-"}",
                    attempt.Cost is { } cost ? string.Create(CultureInfo.InvariantCulture, $"{cost:0.000000}") : "unknown");
            }
        }

        Write(table);
    }

    /// <summary>A line for each decision, and the last one whole.</summary>
    public void Explanations(string title, IReadOnlyList<(string Step, RouteDecision Decision)> decisions)
    {
        Heading(title);
        foreach (var (step, decision) in decisions)
        {
            var chosen = decision.Candidates.FirstOrDefault(candidate => candidate.Target == decision.Target);
            Faint($"{step.Split('.')[0]}. {decision.Target}, because: {chosen?.Reason}{(decision.Attempts.Count > 1 ? ", after the one before it had failed" : string.Empty)}");
        }

        Line(plain ? "The last one in full:" : "[bold]The last one in full:[/]");
        Faint(decisions[^1].Decision.ToString());
    }

    public void Decision(string title, RouteDecision decision)
    {
        Heading(title);
        Faint(decision.ToString());
    }

    public void Failure(RequestFailedException exception)
    {
        Heading("The request failed");
        Line(plain ? exception.Message : $"[red]{Markup.Escape(exception.Message)}[/]");
    }

    private void Heading(string text)
    {
        Console.WriteLine();
        Line(plain ? text : $"[bold blue]{Markup.Escape(text)}[/]");
    }

    private void Faint(string text) => Line(plain ? text : $"[grey]{Markup.Escape(text)}[/]");

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

    private void Write(Table table)
    {
        // A redirected output has no width; do not fold the table to 80 columns.
        if (plain)
        {
            AnsiConsole.Profile.Width = 160;
        }

        AnsiConsole.Write(table);
    }
}
