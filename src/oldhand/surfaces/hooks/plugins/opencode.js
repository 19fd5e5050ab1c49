// Oldhand for OpenCode. Written by `oldhand install`; `oldhand uninstall` takes it away.
// Every event is handed to Oldhand's launcher, which answers within a second or not at all; nothing here can fail a call.
import { spawn } from "node:child_process"

const LAUNCHER = "@LAUNCHER@"
const DEADLINE_MS = 1500
const MOST_OUTPUT = 8192

function tell(event, payload) {
  return new Promise((resolve) => {
    let said = ""
    const done = () => {
      clearTimeout(timer)
      try {
        resolve(said ? JSON.parse(said).additionalContext || "" : "")
      } catch {
        resolve("")
      }
    }
    let child
    const timer = setTimeout(() => {
      try { child && child.kill("SIGKILL") } catch {}
      said = ""
      done()
    }, DEADLINE_MS)
    try {
      child = spawn(LAUNCHER, ["opencode", event], { stdio: ["pipe", "pipe", "ignore"] })
      child.on("error", done)
      child.on("close", done)
      child.stdout.on("data", (piece) => { said += piece })
      child.stdin.on("error", () => {})
      child.stdin.end(JSON.stringify(payload))
    } catch {
      done()
    }
  })
}

const clipped = (text) => (typeof text === "string" ? text.slice(-MOST_OUTPUT) : "")

// A shell tool tells in its metadata how the command ended; a tool that throws is not told of at all.
const result = (output) => {
  const code = output?.metadata?.exit
  return Number.isInteger(code) ? { output: clipped(output?.output), exit_code: code } : clipped(output?.output)
}

export const Oldhand = async ({ directory, worktree }) => {
  const cwd = worktree || directory
  const opened = new Map()
  const opening = (session) => {
    if (!opened.has(session)) opened.set(session, tell("start", { session_id: session, cwd, source: "startup" }))
    return opened.get(session)
  }
  return {
    event: async ({ event }) => {
      const session = event?.properties?.sessionID || event?.properties?.info?.id
      if (!session) return
      if (event.type === "session.created") await opening(session)
      if (event.type === "session.idle") await tell("stop", { session_id: session, cwd })
      if (event.type === "session.deleted") await tell("end", { session_id: session, cwd, reason: "deleted" })
      if (event.type === "session.compacted") {
        await tell("compacted", { session_id: session, cwd })
        opened.set(session, tell("start", { session_id: session, cwd, source: "compact" }))
      }
    },
    "chat.message": async (input, output) => {
      const parts = Array.isArray(output?.parts) ? output.parts : []
      const prompt = parts.map((part) => (part.type === "text" && !part.synthetic ? part.text : "")).join("\n").trim()
      if (prompt) await tell("prompt", { session_id: input.sessionID, cwd, prompt, prompt_id: input.messageID })
    },
    "experimental.chat.system.transform": async (input, output) => {
      if (!input?.sessionID || !Array.isArray(output?.system)) return
      const said = await opening(input.sessionID)
      if (said) output.system.push(said)
    },
    "tool.execute.after": async (input, output) => {
      const said = await tell("after", {
        session_id: input.sessionID, cwd, tool_name: input.tool, tool_use_id: input.callID,
        tool_input: input.args || output?.metadata?.args || {}, tool_response: result(output),
      })
      if (said && typeof output?.output === "string") output.output += "\n\n" + said
    },
  }
}
