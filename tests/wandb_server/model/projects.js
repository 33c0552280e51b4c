// Projects, and what stands in them: runs, types, collections.

import { checkProject, checkRun, checkType } from '../names.js'
import { notFound } from '../refusal.js'
import { Collection } from './collections.js'

const now = () => new Date().toISOString()

export class Project {
    constructor(world, entity, name) {
        Object.assign(this, { world, entity, name, createdAt: now() })
        world.directory.add('Project', this)
        this.runs = new Map()
        this.types = new Map()
        this.collections = new Map() // sequences and portfolios, which share their names
    }

    createRun(name) {
        checkRun(name)
        const run = { name, project: this, inputs: new Set(), outputs: new Set(), createdAt: now() }
        this.world.directory.add('Run', run)
        this.runs.set(name, run)
        return run
    }

    needRun(name) {
        const run = this.runs.get(name)
        if (!run) throw notFound(`run ${this.entity}/${this.name}/${name} not found`)
        return run
    }

    type(name, description = null) {
        let type = this.types.get(name)
        if (!type) {
            checkType(name)
            type = this.world.directory.add('ArtifactType', {
                name,
                description,
                project: this,
                createdAt: now(),
            })
            this.types.set(name, type)
        }
        return type
    }

    createCollection(kind, name, type) {
        const collection = new Collection(this, kind, name, type)
        this.collections.set(name, collection)
        return collection
    }

    needCollection(name) {
        const collection = this.collections.get(name)
        if (!collection) throw notFound(`artifact collection ${this.entity}/${this.name}/${name} not found`)
        return collection
    }

    // The version that "collection:alias" names, or null; without alias the latest.
    membership(address) {
        const at = address.indexOf(':')
        const collection = this.collections.get(at < 0 ? address : address.slice(0, at))
        return collection?.find(at < 0 ? 'latest' : address.slice(at + 1)) ?? null
    }
}

export class Projects {
    #projects = new Map()

    constructor(world) {
        this.world = world
    }

    values() {
        return this.#projects.values()
    }

    get(entity, name) {
        return this.#projects.get(`${entity}/${name}`) ?? null
    }

    // What the user may see of it: null when there is none, or it is somebody else's.
    visible(user, entity, name) {
        const owner = entity || user.entity
        return this.world.accounts.mayUse(user, owner) ? this.get(owner, name) : null
    }

    // For changes: refuses what is not there.
    need(user, entity, name, operation) {
        const owner = this.world.accounts.entityFor(user, entity, operation)
        const project = this.get(owner, name)
        if (!project) throw notFound(`project ${owner}/${name} not found during ${operation}`)
        return project
    }

    ensure(user, entity, name, operation) {
        const owner = this.world.accounts.entityFor(user, entity, operation)
        const found = this.get(owner, name)
        if (found) return [found, false]
        checkProject(name)
        const project = new Project(this.world, owner, name)
        this.#projects.set(`${owner}/${name}`, project)
        return [project, true]
    }
}
