using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Explaining;

/// <summary>The proof that there is no solution, as sentences. Each says what follows from what; a line that one further below refers to carries a number (PubGrub's error reporting).</summary>
internal sealed class Derivation
{
    // A proof may have thousands of steps; the last ones, nearest to the request, tell most.
    private const int MostLines = 60;

    private readonly Incompatibility root;
    private readonly List<Incompatibility> order = [];
    private readonly Dictionary<Incompatibility, List<Incompatibility>> readers = [];
    private readonly HashSet<Incompatibility> folded = [];

    public Derivation(Incompatibility root)
    {
        this.root = root;
        Walk();
        foreach (var step in order)
        {
            if (CanFold(step))
            {
                folded.Add(step);
            }
        }
    }

    /// <summary>Every incompatibility that the proof rests on, with a fact for its cause.</summary>
    public IEnumerable<Incompatibility> Leaves() => readers.Keys.Append(root).Where(static incompatibility => incompatibility.Cause is Fact).Distinct();

    public IReadOnlyList<Fact> Facts() => [.. Leaves().Select(static leaf => (Fact)leaf.Cause)];

    public IReadOnlyList<string> SuggestFixes() => [.. Facts().Select(static fact => fact.SuggestFix()).OfType<string>().Distinct()];

    public string ToText()
    {
        if (root.Cause is Fact only)
        {
            return Capital(only.Describe()) + ".";
        }

        var steps = order.Where(step => !folded.Contains(step)).ToArray();
        var numbers = NumbersOf(steps);
        var lines = steps.Select((step, i) => Sentence(step, i == 0 ? null : steps[i - 1], numbers) + Numbered(string.Empty, step, numbers) + ".").ToList();
        if (lines.Count > MostLines)
        {
            lines.RemoveRange(0, lines.Count - MostLines);
            lines.Insert(0, $"({steps.Length - MostLines} steps before these are left out.)");
        }

        return string.Join('\n', lines);
    }

    // Steps in the order of telling: what a step rests on stands before it. Without recursion, since a proof may be deeper than the stack.
    private void Walk()
    {
        var seen = new HashSet<Incompatibility>();
        var stack = new Stack<(Incompatibility Step, bool IsLeaving)>();
        stack.Push((root, false));
        while (stack.TryPop(out var top))
        {
            if (top.Step.Cause is not DerivedCause cause)
            {
                continue;
            }

            if (top.IsLeaving)
            {
                order.Add(top.Step);
            }
            else if (seen.Add(top.Step))
            {
                stack.Push((top.Step, true));
                foreach (var part in (ReadOnlySpan<Incompatibility>)[cause.Left, cause.Right])
                {
                    (readers.TryGetValue(part, out var found) ? found : readers[part] = []).Add(top.Step);
                    stack.Push((part, false));
                }
            }
        }
    }

    // A step that joins one fact to the story, for a reader that joins one more, is told together with it: "And because f and g, …".
    private bool CanFold(Incompatibility step) =>
        step != root && readers[step] is [var reader] && HasOneFact(step) && HasOneFact(reader) && !folded.Contains(StoriesOf(step)[0]);

    private static bool HasOneFact(Incompatibility step) => StoriesOf(step).Count == 1;

    private static List<Incompatibility> StoriesOf(Incompatibility step) => PartsOf(step, static part => part.Cause is DerivedCause);

    private static List<Incompatibility> PartsOf(Incompatibility step, Predicate<Incompatibility> which)
    {
        var cause = (DerivedCause)step.Cause;
        return new List<Incompatibility> { cause.Left, cause.Right }.FindAll(which);
    }

    // What a line rests on, folded steps opened: the stories told before, and the facts.
    private (List<Incompatibility> Stories, List<string> Facts) Rest(Incompatibility step)
    {
        var stories = StoriesOf(step);
        var facts = PartsOf(step, static part => part.Cause is Fact).ConvertAll(static part => ((Fact)part.Cause).Describe());
        if (stories is [var only] && folded.Contains(only))
        {
            var (earlier, more) = Rest(only);
            return (earlier, [.. more, .. facts]);
        }

        return (stories, facts);
    }

    private Dictionary<Incompatibility, int> NumbersOf(Incompatibility[] steps)
    {
        var referred = steps.SelectMany((step, i) => Rest(step).Stories.Where(story => i == 0 || story != steps[i - 1])).ToHashSet();
        return steps.Where(referred.Contains).Select(static (step, i) => (step, i)).ToDictionary(static pair => pair.step, static pair => pair.i + 1);
    }

    private string Sentence(Incompatibility step, Incompatibility? previous, Dictionary<Incompatibility, int> numbers)
    {
        var (stories, facts) = Rest(step);
        var continues = previous is not null && stories.Remove(previous);
        var reasons = stories.ConvertAll(story => Numbered(IncompatibilityText.Describe(story), story, numbers)).Concat(facts).ToArray();
        var opening = step == root && previous is not null ? "So, because" : continues ? "And because" : "Because";
        return $"{opening} {Join(reasons)}, {IncompatibilityText.Describe(step)}";
    }

    private static string Numbered(string text, Incompatibility step, Dictionary<Incompatibility, int> numbers) => numbers.TryGetValue(step, out var number) ? $"{text} ({number})" : text;

    // "the host asks for A and the host asks for B" is said shorter.
    private static string Join(string[] reasons) =>
        reasons is [var first, var second] && first.StartsWith(RequestFact.Subject, StringComparison.Ordinal) && second.StartsWith(RequestFact.Subject, StringComparison.Ordinal)
            ? $"{first} and for {second[RequestFact.Subject.Length..]}"
            : string.Join(Array.Exists(reasons, static reason => reason.Contains(", ", StringComparison.Ordinal)) ? ", and " : " and ", reasons);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
