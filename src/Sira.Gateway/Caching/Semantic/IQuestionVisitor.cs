namespace Sira.Gateway.Caching.Semantic;

/// <summary>Is told the tokens of a question.</summary>
internal interface IQuestionVisitor
{
    /// <summary>A word in lower case.</summary>
    void Word(string word, bool isName);

    /// <summary>A number with its sign.</summary>
    void Number(string number);

    /// <summary>A sign that is no punctuation.</summary>
    void Sign(char sign);
}
