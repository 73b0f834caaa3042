namespace Sira.Simulation.Prompts;

/// <summary>Whether a simulated model may, must or must not call tools.</summary>
public enum SimulatedToolChoice
{
    /// <summary>The model decides.</summary>
    Auto,

    /// <summary>No tool is to be called.</summary>
    None,

    /// <summary>A tool is to be called; which one, <see cref="SimulatedPrompt.RequiredTool"/> may say.</summary>
    Required,
}
