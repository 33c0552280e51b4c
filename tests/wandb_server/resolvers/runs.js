// Runs: made by upsertBucket; they tell which artifacts they put out and took in. Their own files are
// taken from clients that send them, and not kept.

import { randomBytes } from 'node:crypto'
import { badInput } from '../refusal.js'
import { connection } from './connection.js'

const settings = [
    'displayName',
    'description',
    'notes',
    'config',
    'summaryMetrics',
    'tags',
    'groupName',
    'jobType',
]

function sent(input) {
    return Object.fromEntries(
        settings.filter((name) => input[name] != null).map((name) => [name, input[name]]),
    )
}

function runFiles(world, user, { entityName, projectName, runName }, operation) {
    return world.projects.need(user, entityName, projectName, operation).needRun(runName)
}

export const runs = {
    Mutation: {
        upsertBucket(_, { input }, { world, user }) {
            let run = input.id ? world.need(user, 'Run', input.id) : null
            const inserted = !run
            if (!run) {
                const project = input.modelName || 'uncategorized'
                const [owner] = world.projects.ensure(user, input.entityName, project, 'upsertBucket')
                const name = input.name ?? randomBytes(4).toString('hex')
                run = owner.runs.get(name)
                if (run) return answer(run, input, false)
                run = owner.createRun(name)
            }
            return answer(run, input, inserted)
        },
        createRunFiles(_, { input }, { world, user, urls }) {
            const run = runFiles(world, user, input, 'createRunFiles')
            const files = input.files.map((name) => ({ name, uploadUrl: urls.runFile(run, name) }))
            return { runID: run.id, uploadHeaders: [], files, clientMutationId: input.clientMutationId }
        },
        markRunFilesUploaded(_, { input }, { world, user }) {
            runFiles(world, user, input, 'markRunFilesUploaded')
            return { success: true }
        },
    },
    Run: {
        displayName: (run) => run.displayName ?? run.name,
        state: () => 'running',
        stopped: () => false,
        historyLineCount: () => 0,
        logLineCount: () => 0,
        eventsLineCount: () => 0,
        historyTail: () => '[]',
        eventsTail: () => '[]',
        wandbConfig: (run, { keys }) => {
            const config = JSON.parse(run.config ?? '{}')
            return JSON.stringify(keys ? Object.fromEntries(keys.map((key) => [key, config[key]])) : config)
        },
        tags: (run) => run.tags ?? [],
        files: (run, { names }, { urls }) => ({
            uploadHeaders: [],
            edges: (names ?? []).map((name) => ({
                node: { runFile: { run, name, url: urls.runFile(run, name) } },
            })),
        }),
        inputArtifacts: (run, page) => connection([...run.inputs], page),
        outputArtifacts: (run, page) => connection([...run.outputs], page),
    },
}

function answer(run, input, inserted) {
    for (const name of ['config', 'summaryMetrics']) {
        if (input[name] != null && !isJson(input[name])) throw badInput(`${name} is not JSON`)
    }
    Object.assign(run, sent(input))
    return {
        bucket: run,
        inserted,
        updateAvailable: false,
        serverSettings: { serverMessages: [] },
        clientMutationId: input.clientMutationId,
    }
}

function isJson(text) {
    try {
        JSON.parse(text)
        return true
    } catch {
        return false
    }
}
