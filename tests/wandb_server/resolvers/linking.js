// Lineage and links: runs that use artifacts, portfolios that artifacts are linked into.

import { checkAliases } from '../model/collections.js'
import { badInput, conflict } from '../refusal.js'
import { checkCollection } from '../names.js'

function linked(input, { world, user }) {
    if ((input.artifactID == null) === (input.clientID == null)) {
        throw badInput('linkArtifact: one of artifactID and clientID is needed')
    }
    const artifact =
        input.artifactID == null
            ? world.artifactOfClient(user, input.clientID)
            : world.need(user, 'Artifact', input.artifactID)
    if (artifact.state !== 'COMMITTED')
        throw conflict(`linkArtifact: artifact is ${artifact.state}, not COMMITTED`)
    return artifact
}

// The portfolio that is meant; made if its project has none of that name.
function portfolio(input, artifact, { world, user }) {
    if (input.artifactPortfolioID != null)
        return world.need(user, 'ArtifactPortfolio', input.artifactPortfolioID)
    const { artifactPortfolioName: name, entityName, projectName } = input
    if (!name || !projectName) throw badInput('linkArtifact: artifactPortfolioName or projectName is missing')
    const project = world.projects.need(user, entityName, projectName, 'linkArtifact')
    const found = project.collections.get(name)
    if (found?.isSequence) throw conflict(`${name} is a sequence: artifacts are logged into it, not linked`)
    if (found) return found
    checkCollection(name)
    return project.createCollection('ArtifactPortfolio', name, project.type(artifact.collection.type.name))
}

export const linking = {
    Mutation: {
        useArtifact(_, { input }, { world, user }) {
            const artifact = world.need(user, 'Artifact', input.artifactID).needAlive('useArtifact')
            const home = artifact.collection.project
            const { artifactEntityName: entity, artifactProjectName: name } = input
            if ((entity ?? home.entity) !== home.entity || (name ?? home.name) !== home.name) {
                const projects = artifact.memberships.map((m) => m.collection.project)
                if (!projects.some((project) => project.entity === entity && project.name === name)) {
                    throw badInput(`useArtifact: artifact is not in project ${entity}/${name}`)
                }
            }
            const project = world.projects.need(user, input.entityName, input.projectName, 'useArtifact')
            const run = project.needRun(input.runName)
            run.inputs.add(artifact)
            artifact.usedBy.add(run)
            return { artifact, run, clientMutationId: input.clientMutationId }
        },
        linkArtifact(_, { input }, context) {
            const artifact = linked(input, context)
            const collection = portfolio(input, artifact, context)
            if (collection.type.name !== artifact.collection.type.name) {
                throw conflict(
                    `${collection.name} is of type ${collection.type.name}, not ${artifact.collection.type.name}`,
                )
            }
            checkAliases(collection.name, input.aliases)
            const membership = collection.membershipOf(artifact) ?? collection.add(artifact)
            for (const { alias } of input.aliases ?? [])
                if (alias !== 'latest') collection.point(alias, membership)
            return {
                versionIndex: membership.versionIndex,
                artifactID: artifact.id,
                artifactCollectionID: collection.id,
                artifactMembership: membership,
                clientMutationId: input.clientMutationId,
            }
        },
        unlinkArtifact(_, { input }, { world, user }) {
            const artifact = world.need(user, 'Artifact', input.artifactID)
            const collection = world.need(user, 'ArtifactPortfolio', input.artifactPortfolioID)
            collection.remove(collection.needMembershipOf(artifact))
            return { artifactID: artifact.id, success: true, clientMutationId: input.clientMutationId }
        },
    },
}
