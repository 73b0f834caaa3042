using Sira.Simulation.Answers;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires;

/// <summary>Everything a wire needs to write an answer.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Ids">Makes identifiers.</param>
/// <param name="Created">The Unix time to report.</param>
/// <param name="Options">The provider's options.</param>
/// <param name="OmitFinish">Whether the finish reason is to be left out, as a fault.</param>
internal sealed record WireAnswer(SimulatedPrompt Prompt, FinishedAnswer Answer, DeterministicIds Ids, long Created, SimulatedProviderOptions Options, bool OmitFinish)
{
    /// <summary>Returns the id of a tool call: the scripted one, or one made from the request.</summary>
    /// <param name="index">The call's position.</param>
    /// <param name="prefix">What ids of the wire begin with.</param>
    /// <returns>The id.</returns>
    public string CallId(int index, string prefix) => Answer.ToolCalls[index].Id ?? prefix + Ids.Letters($"call{index}", 24);
}
