package clusterdns

// The store that follows the API server by informers.

import (
	"context"
	"fmt"
	"log"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const byIP = "ip"

type informerStore struct {
	services, endpoints, namespaces, pods cache.SharedIndexInformer
}

// newClient prefers the kubeconfig of the command line or Corefile to the
// pod's service account.
func newClient(kubeconfig string) (kubernetes.Interface, error) {
	config, err := rest.InClusterConfig()
	if kubeconfig != "" {
		config, err = clientcmd.BuildConfigFromFlags("", kubeconfig)
	}
	if err != nil {
		return nil, fmt.Errorf("plugin/kubernetes: %w", err)
	}
	config.UserAgent = "seatrial-clusterdns"
	return kubernetes.NewForConfig(config)
}

// startInformers follows pods only when asked to: there may be many.
func startInformers(client kubernetes.Interface, withPods bool, stop <-chan struct{}) Store {
	factory := informers.NewSharedInformerFactory(client, 0)
	core := factory.Core().V1()
	store := &informerStore{
		services:   core.Services().Informer(),
		endpoints:  core.Endpoints().Informer(),
		namespaces: core.Namespaces().Informer(),
	}
	_ = store.services.AddIndexers(cache.Indexers{byIP: func(object interface{}) ([]string, error) {
		return serviceAddresses(object.(*v1.Service)), nil
	}})
	_ = store.endpoints.AddIndexers(cache.Indexers{byIP: func(object interface{}) ([]string, error) {
		return endpointAddresses(object.(*v1.Endpoints)), nil
	}})
	if withPods {
		store.pods = core.Pods().Informer()
		_ = store.pods.AddIndexers(cache.Indexers{byIP: func(object interface{}) ([]string, error) {
			pod := object.(*v1.Pod)
			return []string{pod.Namespace + "/" + pod.Status.PodIP}, nil
		}})
	}
	go func() {
		waitForAPI(client, stop)
		factory.Start(stop)
	}()
	return store
}

// waitForAPI asks every second until the API server answers: informers that
// start too early wait longer and longer before they try again.
func waitForAPI(client kubernetes.Interface, stop <-chan struct{}) {
	said := ""
	_ = wait.PollImmediateUntil(time.Second, func() (bool, error) {
		asking, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		_, err := client.CoreV1().Namespaces().List(asking, metav1.ListOptions{Limit: 1})
		if err != nil && err.Error() != said {
			said = err.Error()
			log.Printf("[WARNING] plugin/kubernetes: waiting for the API server: %v", err)
		}
		return err == nil, nil
	}, stop)
}

func (s *informerStore) Synced() bool {
	return s.services.HasSynced() && s.endpoints.HasSynced() && s.namespaces.HasSynced() &&
		(s.pods == nil || s.pods.HasSynced())
}

func (s *informerStore) Service(namespace, name string) *v1.Service {
	object, found, _ := s.services.GetStore().GetByKey(namespace + "/" + name)
	if !found {
		return nil
	}
	return object.(*v1.Service)
}

func (s *informerStore) Endpoints(namespace, name string) *v1.Endpoints {
	object, found, _ := s.endpoints.GetStore().GetByKey(namespace + "/" + name)
	if !found {
		return nil
	}
	return object.(*v1.Endpoints)
}

func (s *informerStore) NamespaceExists(name string) bool {
	_, found, _ := s.namespaces.GetStore().GetByKey(name)
	return found
}

func (s *informerStore) ServiceByIP(ip string) *v1.Service {
	objects, _ := s.services.GetIndexer().ByIndex(byIP, ip)
	if len(objects) == 0 {
		return nil
	}
	return objects[0].(*v1.Service)
}

func (s *informerStore) EndpointsByIP(ip string) []*v1.Endpoints {
	objects, _ := s.endpoints.GetIndexer().ByIndex(byIP, ip)
	found := make([]*v1.Endpoints, 0, len(objects))
	for _, object := range objects {
		found = append(found, object.(*v1.Endpoints))
	}
	return found
}

func (s *informerStore) HasPod(namespace, ip string) bool {
	if s.pods == nil {
		return false
	}
	objects, _ := s.pods.GetIndexer().ByIndex(byIP, namespace+"/"+ip)
	return len(objects) > 0
}
