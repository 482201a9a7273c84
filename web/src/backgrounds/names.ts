const NAMES: Record<string, string> = {
  auto: "Automatic",
  bedrock: "Amazon Bedrock",
  diffusers: "Diffusers",
  openai: "OpenAI images",
  scenery: "Built-in scenery",
  upload: "Your own picture",
};

/** What a creator reads for a generator's name. */
export function generatorName(name: string): string {
  return NAMES[name] ?? name;
}
