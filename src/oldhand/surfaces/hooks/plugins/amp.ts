// Oldhand for Amp. Written by `oldhand install`; `oldhand uninstall` takes it away.
// Every event is handed to Oldhand's launcher, which answers within a second or not at all; nothing here can fail a call.
import { spawn } from "node:child_process"

const LAUNCHER = "@LAUNCHER@"
const DEADLINE_MS = 1500
const MOST_OUTPUT = 8192

function tell(event: string, payload: Record<string, unknown>): Promise<string> {
  return new Promise((resolve) => {
    let said = ""
    let child: any
    const done = () => {
      clearTimeout(timer)
      try {
        resolve(said ? JSON.parse(said).additionalContext || "" : "")
      } catch {
        resolve("")
      }
    }
    const timer = setTimeout(() => {
      try { child && child.kill("SIGKILL") } catch {}
      said = ""
      done()
    }, DEADLINE_MS)
    try {
      child = spawn(LAUNCHER, ["amp", event], { stdio: ["pipe", "pipe", "ignore"] })
      child.on("error", done)
      child.on("close", done)
      child.stdout.on("data", (piece: unknown) => { said += piece })
      child.stdin.on("error", () => {})
      child.stdin.end(JSON.stringify(payload))
    } catch {
      done()
    }
  })
}

const named = (event: any, context: any): string => String(event?.thread?.id || context?.thread?.id || event?.threadID || "")
const clipped = (value: unknown): string =>
  (typeof value === "string" ? value : JSON.stringify(value ?? "")).slice(-MOST_OUTPUT)

// A command's result tells how it ended.
const result = (output: any): unknown => {
  const code = output?.exitCode
  return Number.isInteger(code) ? { output: clipped(output?.output ?? output), exit_code: code } : clipped(output)
}

export default function (amp: any) {
  const cwd = process.cwd()
  const opened = new Map<string, Promise<string>>()
  amp.on("session.start", async (event: any, context: any) => {
    const session = named(event, context)
    if (session && !opened.has(session)) {
      opened.set(session, tell("start", { session_id: session, cwd, source: "startup" }))
    }
  })
  amp.on("agent.start", async (event: any, context: any) => {
    const session = named(event, context)
    if (!session) return
    const first = opened.get(session) ?? tell("start", { session_id: session, cwd, source: "startup" })
    opened.set(session, Promise.resolve(""))
    const prompt = typeof event?.message === "string" ? event.message : ""
    const said = [await first, prompt ? await tell("prompt", { session_id: session, cwd, prompt }) : ""]
    const content = said.filter(Boolean).join("\n")
    if (content) return { message: { content, display: false } }
  })
  amp.on("tool.result", async (event: any, context: any) => {
    const session = named(event, context)
    if (!session) return
    await tell(event?.status === "error" ? "failed" : "after", {
      session_id: session, cwd, tool_name: event?.tool, tool_use_id: event?.toolUseID, tool_input: event?.input ?? {},
      tool_response: result(event?.output), error: typeof event?.error === "string" ? clipped(event.error) : undefined,
    })
  })
  amp.on("agent.end", async (event: any, context: any) => {
    const session = named(event, context)
    if (session) await tell("stop", { session_id: session, cwd })
  })
}
