"""The broker that the hub starts for itself: amqtt or Mosquitto, as a child process.

credentials  who may connect: names and passwords on disk
access       what each may read and write, from the contract
mosquitto    the configuration, password and access files of Mosquitto, as texts
child        starting, watching and stopping the child
guard        what the child runs first, so that it dies with its parent
embedded     the child that runs amqtt
"""
