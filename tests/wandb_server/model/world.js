// All that the server knows.

import { Directory } from '../ids.js'
import { badInput, denied, notFound } from '../refusal.js'
import { Files } from './files.js'
import { Objects } from './objects.js'
import { Projects } from './projects.js'

export class World {
    constructor({ accounts, answers, log, folder }) {
        Object.assign(this, { accounts, answers, log })
        this.directory = new Directory()
        this.objects = new Objects(folder)
        this.files = new Files()
        this.projects = new Projects(this)
        this.clientIDs = new Map() // clientID: artifact
    }

    // The object with this ID, or null if there is none that the user may see.
    visible(user, type, id) {
        const object = this.directory.get(type, id)
        const project = object?.project ?? object?.collection?.project
        return object && this.accounts.mayUse(user, project.entity) ? object : null
    }

    // For changes: refuses what is not there or not the user's.
    need(user, type, id) {
        const object = this.directory.get(type, id)
        if (!object) throw notFound(`${type} ${id} not found`)
        const project = object.project ?? (object.collection ?? object.artifact.collection).project
        if (!this.accounts.mayUse(user, project.entity)) throw denied()
        return object
    }

    collection(user, id) {
        return this.visible(user, 'ArtifactSequence', id) ?? this.visible(user, 'ArtifactPortfolio', id)
    }

    artifactOfClient(user, clientID) {
        const artifact = this.clientIDs.get(clientID)
        if (!artifact) throw badInput(`client ID ${clientID} is not known`)
        return this.need(user, 'Artifact', artifact.id)
    }
}
